package pixels_test

import (
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"log"

	"mobilenet/core/pixels"
)

// A picture becomes the input of a network that reads 128×128 pixels.
func Example() {
	picture := image.NewRGBA(image.Rect(0, 0, 640, 480))
	draw.Draw(picture, picture.Rect, image.NewUniform(color.RGBA{200, 100, 50, 255}), image.Point{}, draw.Src)

	src := pixels.FromImage(picture)
	box := pixels.Center.Box(src.Width, src.Height)
	input := make([]byte, 128*128*3)
	if err := pixels.Resize(input, 128, src, box, false); err != nil {
		log.Fatal(err)
	}
	fmt.Println(box, input[:3])
	// Output: (110,30)-(530,450) [200 100 50]
}
