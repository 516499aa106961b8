package picture

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"image"
	"io"
)

// maxChunks bounds the chunks of a PNG, of which encoders make a thousand for a large picture. The decoder takes 4 KB of memory for
// each that it does not know, to throw it away; a file of megabytes can have a million.
const maxChunks = 10_000

// inspectPNG looks at IHDR for what costs memory, counts the chunks, and looks for eXIf and iCCP.
func inspectPNG(file []byte, config image.Config, h *Header) (float64, error) {
	perPixel := modelBytes(config.ColorModel)
	shared := perPixel == 4
	if len(file) > 28 && file[28] == 1 { // the interlace method; a pass is decoded beside the whole, the last is half of it
		h.kind = "an interlaced png"
		perPixel *= 1.5
	}
	chunks, profiles := 0, 0
	for at := 8; at+12 <= len(file); chunks++ {
		length := int64(binary.BigEndian.Uint32(file[at:]))
		end := int64(at) + 12 + length
		if end > int64(len(file)) {
			break
		}
		switch data := file[at+8 : end-4]; string(file[at+4 : at+8]) {
		case "eXIf":
			h.Orientation = readOrientation(data)
		case "iCCP": // a name, 0, the method, which is 0 too, and what zlib has compressed
			profiles++
			if _, compressed, ok := bytes.Cut(data, []byte{0, 0}); ok && profiles == 1 {
				h.addProfile(inflate(compressed))
			}
		}
		at = int(end)
	}
	if chunks > maxChunks {
		return 0, broken("png", "%d chunks, where %d are allowed", chunks, maxChunks)
	}
	return perPixel + h.result(shared), nil
}

// inflate returns what zlib has compressed, at most what a profile may have and one byte more; of broken data, what comes before.
func inflate(compressed []byte) []byte {
	r, err := zlib.NewReader(bytes.NewReader(compressed))
	if err != nil {
		return nil
	}
	data, _ := io.ReadAll(io.LimitReader(r, maxProfile+1))
	return data
}
