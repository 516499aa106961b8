package picture

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/gif"
	"io"
)

// widened reads a GIF with a screen that has place for its first picture, as browsers make it: some pictures lie partly outside of theirs,
// which the decoder refuses.
func widened(file []byte) io.Reader {
	const header = 13 // signature, size of the screen, flags, background, aspect
	if len(file) < header {
		return bytes.NewReader(file)
	}
	head := bytes.Clone(file[:header])
	at := header
	if head[10]&0x80 != 0 {
		at += 3 << (1 + head[10]&7) // colours
	}
	for at+10 <= len(file) {
		if file[at] == 0x2c { // left, top, width, height
			for i := range 2 {
				screen, place := head[6+2*i:], file[at+1+2*i:]
				end := int(binary.LittleEndian.Uint16(place)) + int(binary.LittleEndian.Uint16(place[4:]))
				binary.LittleEndian.PutUint16(screen, uint16(min(0xffff, max(end, int(binary.LittleEndian.Uint16(screen))))))
			}
			break
		}
		if file[at] != 0x21 {
			break // the decoder will say what is wrong
		}
		for at += 2; at < len(file) && file[at] != 0; at += 1 + int(file[at]) { // an extension's blocks
		}
		at++
	}
	return io.MultiReader(bytes.NewReader(head), bytes.NewReader(file[header:]))
}

func gifConfig(file []byte) (image.Config, error) { return gif.DecodeConfig(widened(file)) }

func decodeGIF(file []byte) (image.Image, error) { return gif.Decode(widened(file)) }

// inspectGIF: palette indices, and the screen that they may have to be drawn on.
func inspectGIF(_ []byte, _ image.Config, h *Header) (float64, error) { return 1 + 4, nil }
