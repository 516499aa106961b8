package picture_test

import (
	"errors"
	"fmt"
	"log"
	"os"

	"mobilenet/core/picture"
)

// From a file's bytes to upright pixels, within the default limits.
func Example() {
	file, err := os.ReadFile("testdata/progressive.jpg")
	if err != nil {
		log.Fatal(err)
	}
	m, err := picture.Decode(file, picture.Default)
	switch {
	case errors.Is(err, picture.ErrUnsupported), errors.Is(err, picture.ErrBroken), errors.Is(err, picture.ErrTooLarge):
		fmt.Println(err) // says what is wrong with the file
	case err == nil:
		fmt.Printf("%d×%d pixels, the first is %v", m.Width, m.Height, m.Pix[:4])
	}
	// Output: 48×32 pixels, the first is [254 0 0 255]
}

// A picture that takes more than is allowed is refused before anything is decoded.
func ExampleDecode() {
	file, err := os.ReadFile("testdata/progressive.jpg")
	if err != nil {
		log.Fatal(err)
	}
	limits := picture.Default
	limits.Bytes = 100
	_, err = picture.Decode(file, limits)
	fmt.Println(errors.Is(err, picture.ErrTooLarge))
	fmt.Println(err)
	// Output:
	// true
	// the image is too large: a file of 591 bytes, where 100 are allowed
}
