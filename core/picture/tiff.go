package picture

import "image"

// inspectTIFF: the first directory holds the orientation. A strip or tile, which may be the whole picture, is unpacked beside it into
// a buffer that grows.
func inspectTIFF(file []byte, config image.Config, h *Header) (float64, error) {
	h.Orientation = readOrientation(file)
	perPixel := modelBytes(config.ColorModel)
	return 4*perPixel + h.result(false), nil
}
