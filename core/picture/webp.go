package picture

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"

	"golang.org/x/image/webp"
)

func webpConfig(file []byte) (image.Config, error) { return webp.DecodeConfig(bytes.NewReader(file)) }

// decodeWebP decodes a WebP file. VP8, of which lossy ones are made, keeps luma in 16..235 and chroma in 16..240, and
// golang.org/x/image hands that out as the full range of JPEG (golang/go#40173): pictures come out pale. Here they are stretched.
func decodeWebP(file []byte) (image.Image, error) {
	m, err := webp.Decode(bytes.NewReader(file))
	switch m := m.(type) {
	case *image.YCbCr:
		fullRange(m)
	case *image.NYCbCrA:
		fullRange(&m.YCbCr)
	case *image.NRGBA:
		if !usesAlpha(file) {
			// Browsers multiply by alpha all the same, and then take the picture for opaque.
			for p := m.Pix; len(p) >= 4; p = p[4:] {
				a := uint32(p[3])
				for i, v := range p[:3] {
					p[i] = uint8((uint32(v)*a + 127) / 255)
				}
				p[3] = 255
			}
		}
	}
	return m, err
}

// usesAlpha reports whether a lossless picture's alpha values mean something: a bit in its header says so, and one of the container's, where
// there is one.
func usesAlpha(file []byte) bool {
	for at := 12; at+8 <= len(file); {
		chunk := file[at+8:]
		switch string(file[at : at+4]) {
		case "VP8X":
			if len(chunk) > 0 && chunk[0]&0x10 == 0 {
				return false
			}
		case "VP8L":
			return len(chunk) > 4 && chunk[4]&0x10 != 0
		}
		length := int64(binary.LittleEndian.Uint32(file[at+4:]))
		at = int(min(int64(at)+8+length+length&1, int64(len(file))))
	}
	return true
}

func fullRange(m *image.YCbCr) {
	var luma, chroma [256]uint8
	for v := range 256 {
		luma[v] = uint8(min(255, max(0, ((v-16)*255+219/2)/219)))
		chroma[v] = uint8(min(255, max(0, ((v-16)*255+224/2)/224)))
	}
	for i, v := range m.Y {
		m.Y[i] = luma[v]
	}
	for i := range m.Cb {
		m.Cb[i], m.Cr[i] = chroma[m.Cb[i]], chroma[m.Cr[i]]
	}
}

// inspectWebP walks the chunks of the RIFF container. The orientation of a WebP's EXIF counts as little as in browsers, all of which show
// it as stored (tests/engines). A file with a VP8X chunk states its size twice; the decoder believes the
// frame, so a frame of another size is refused here. So is one that is cut short: the decoder takes memory for as many bytes as the
// chunk says it has, up to 128 MB, before it reads them.
func inspectWebP(file []byte, _ image.Config, h *Header) (float64, error) {
	perPixel, whole, alpha, lossless := 0.0, false, false, false // and whether there was a picture, and an alpha channel: more are not looked at
	for at := 12; at+8 <= len(file); {
		name, length := string(file[at:at+4]), int64(binary.LittleEndian.Uint32(file[at+4:]))
		end := int64(at) + 8 + length
		if end > int64(len(file)) {
			break
		}
		chunk := file[at+8 : end]
		width, height := h.Width, h.Height
		switch {
		case name == "VP8 " && len(chunk) >= 10 && !whole: // RFC 9649, section 2.5
			perPixel += 1.5
			whole = true
			h.memory += length // the decoder's copy
			width, height = int(binary.LittleEndian.Uint16(chunk[6:]))&0x3fff, int(binary.LittleEndian.Uint16(chunk[8:]))&0x3fff
		case name == "VP8L" && len(chunk) >= 5 && !whole: // section 3.4; transforms work on copies
			perPixel += 8
			whole, lossless = true, true
			bits := binary.LittleEndian.Uint32(chunk[1:])
			width, height = int(bits&0x3fff)+1, int(bits>>14&0x3fff)+1
			h.memory += treeMemory(chunk[5:], width, height)
		case name == "ALPH" && len(chunk) >= 1 && !alpha:
			alpha = true
			perPixel++
			if chunk[0]&3 == 1 { // a lossless picture itself, of which one channel is kept; otherwise bytes as they are
				perPixel += 7
				h.memory += treeMemory(chunk[1:], width, height)
			}
		case name == "ICCP":
			h.addProfile(chunk)
		case name == "ANIM":
			return 0, fmt.Errorf("%w: this is an animated WebP; still ones are", ErrUnsupported)
		}
		if width != h.Width || height != h.Height {
			return 0, broken("webp", "the header says %d×%d, the image is %d×%d", h.Width, h.Height, width, height)
		}
		at = int(end + length&1)
	}
	if !whole {
		return 0, broken("webp", "it ends before its image does")
	}
	return perPixel + h.result(lossless), nil
}
