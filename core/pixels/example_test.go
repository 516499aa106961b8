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
	box := pixels.Center.Box(src.Width, src.Height, 128, 128)
	input := make([]byte, 128*128*3)
	if err := pixels.Resize(input, 128, 128, src, box, false); err != nil {
		log.Fatal(err)
	}
	fmt.Println(box, input[:3])
	// Output: (110,30)-(530,450) [200 100 50]
}

// Two pixels, black and white, are enlarged to 4×4 and mirrored: what lies between is interpolated.
func ExampleResize() {
	src := pixels.Image{Width: 2, Height: 1, Stride: 8, Pix: []byte{0, 0, 0, 255, 255, 255, 255, 255}} // RGBA
	dst := make([]byte, 4*4*3)                                                                         // RGB
	if err := pixels.Resize(dst, 4, 4, src, image.Rect(0, 0, 2, 1), true); err != nil {
		log.Fatal(err)
	}
	for x := range 4 {
		fmt.Print(dst[x*3], " ")
	}
	// Output: 255 193 62 0
}
