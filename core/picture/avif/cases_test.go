package avif

import (
	"testing"

	"mobilenet/core/picture"
	_ "mobilenet/core/picture/heic"
	"mobilenet/core/picture/internal/cases"
	"mobilenet/core/pixels"
)

// What native programs read, within limits such as theirs.
func TestCases(t *testing.T) {
	cases.Compare(t, picture.Limits{Bytes: 256 << 20, Pixels: pixels.MaxPixels, Memory: 1 << 30})
}
