package picture

import (
	"encoding/binary"
	"image"
)

// inspectPNG looks at IHDR for what costs memory and for an eXIf chunk.
func inspectPNG(file []byte, config image.Config, h *Header) (float64, error) {
	perPixel := modelBytes(config.ColorModel)
	shared := perPixel == 4
	if len(file) > 28 && file[28] == 1 { // the interlace method; a pass is decoded beside the whole, the last is half of it
		h.kind = "an interlaced png"
		perPixel *= 1.5
	}
	for at := 8; at+12 <= len(file); {
		length := int64(binary.BigEndian.Uint32(file[at:]))
		end := int64(at) + 12 + length
		if end > int64(len(file)) {
			break
		}
		if string(file[at+4:at+8]) == "eXIf" {
			h.Orientation = readOrientation(file[at+8 : end-4])
		}
		at = int(end)
	}
	return perPixel + h.result(shared), nil
}
