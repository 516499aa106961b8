// Photo writes a JPEG of the wanted size to standard output, tiled with the sample photo: as rich in detail as a photo is.
package main

import (
	"bufio"
	"flag"
	"fmt"
	"image"
	"image/draw"
	"image/jpeg"
	"image/png"
	"os"
	"path/filepath"
)

func main() {
	width, height := flag.Int("width", 640, "in pixels"), flag.Int("height", 480, "in pixels")
	flag.Parse()
	if err := run(*width, *height); err != nil {
		fmt.Fprintln(os.Stderr, "photo:", err)
		os.Exit(1)
	}
}

func run(width, height int) error {
	found, err := filepath.Glob("dist/samples/peacock.*.png")
	if err != nil || len(found) == 0 {
		return fmt.Errorf("no sample in dist: run make build first (%v)", err)
	}
	file, err := os.Open(found[0])
	if err != nil {
		return err
	}
	defer file.Close()
	tile, err := png.Decode(file)
	if err != nil {
		return err
	}
	photo := image.NewRGBA(image.Rect(0, 0, width, height))
	size := tile.Bounds().Size()
	for y := 0; y < height; y += size.Y {
		for x := 0; x < width; x += size.X {
			draw.Draw(photo, image.Rectangle{Min: image.Pt(x, y), Max: image.Pt(x, y).Add(size)}, tile, tile.Bounds().Min, draw.Src)
		}
	}
	out := bufio.NewWriter(os.Stdout)
	if err := jpeg.Encode(out, photo, &jpeg.Options{Quality: 90}); err != nil {
		return err
	}
	return out.Flush()
}
