package picture

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/draw"
	"image/png"
	"io"
)

// maxChunks bounds the chunks of a PNG, of which encoders make a thousand for a large picture. The decoder takes 4 KB of memory for
// each that it does not know, to throw it away; a file of megabytes can have a million.
const maxChunks = 10_000

// pngChunks calls do for each whole chunk until it says that this is enough.
func pngChunks(file []byte, do func(name, data []byte) bool) {
	for at := 8; at+12 <= len(file); {
		end := int64(at) + 12 + int64(binary.BigEndian.Uint32(file[at:]))
		if end > int64(len(file)) || !do(file[at+4:at+8], file[at+8:end-4]) {
			return
		}
		at = int(end)
	}
}

// inspectPNG looks at IHDR for what costs memory, counts the chunks, and looks for eXIf and what says what the colours mean.
func inspectPNG(file []byte, config image.Config, h *Header) (float64, error) {
	perPixel := modelBytes(config.ColorModel)
	shared := perPixel >= 4
	if len(file) > 28 && file[28] == 1 { // the interlace method; a pass is decoded beside the whole, the last is half of it
		h.kind = "an interlaced PNG"
		perPixel *= 1.5
	}
	chunks, picture := 0, false
	var colours pngColours
	pngChunks(file, func(name, data []byte) bool {
		chunks++
		switch name := string(name); {
		case name == "eXIf":
			h.Orientation = readOrientation(data)
		case name == "IDAT":
			picture = true
		case picture: // what follows says nothing of its colours
		case name == "iCCP" && !colours.iCCP: // a name, 0, the method, which is 0 too, and what zlib has compressed
			colours.iCCP = true
			if _, compressed, ok := bytes.Cut(data, []byte{0, 0}); ok {
				h.addProfile(inflate(compressed))
			}
		case name == "sRGB":
			colours.sRGB = true
		case name == "gAMA":
			colours.gAMA = data
		case name == "cHRM":
			colours.cHRM = data
		case name == "cICP":
			colours.cICP = data
		}
		return true
	})
	if chunks > maxChunks {
		return 0, broken("png", "%d chunks, where %d are allowed", chunks, maxChunks)
	}
	if colours.coded() {
		h.icc = nil
	}
	if len(h.icc) == 0 {
		var known bool
		h.toSRGB, known = colours.conversion()
		h.AssumedSRGB = !known
	}
	if startsApart(file) {
		h.memory += 3 * int64(len(file)) // it is decoded from a copy of its data, and drawn on the canvas
		return perPixel + 4 + h.result(true), nil
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

func pngConfig(file []byte) (image.Config, error) {
	if has(file, 12, "CgBI") {
		return image.Config{}, unsupported("png", "the compression of iPhone apps (CgBI)")
	}
	return png.DecodeConfig(bytes.NewReader(file))
}

// decodePNG decodes a file. Of an animation it gives the first frame, as browsers do: mostly that is the picture for programs that know
// nothing of animations, but it may be another.
func decodePNG(file []byte) (image.Image, error) {
	if !startsApart(file) {
		return png.Decode(bytes.NewReader(file))
	}
	frame, canvas, at := firstFrame(file)
	if frame == nil {
		return nil, errors.New("its animation's first frame is not in it")
	}
	m, err := png.Decode(bytes.NewReader(frame))
	if err != nil {
		return nil, err
	}
	if m.Bounds() == canvas && at == (image.Point{}) {
		return m, nil
	}
	screen := image.NewNRGBA(canvas)
	draw.Draw(screen, m.Bounds().Add(at), m, image.Point{}, draw.Src)
	return screen, nil
}

// startsApart reports whether a file is an animation whose first frame is not the picture that all programs show.
func startsApart(file []byte) (apart bool) {
	animated := false
	pngChunks(file, func(name, _ []byte) bool {
		switch string(name) {
		case "acTL":
			animated = true
		case "fcTL":
			return false
		case "IDAT":
			apart = animated
			return false
		}
		return true
	})
	return apart
}

// firstFrame makes a PNG of its own of such an animation's first frame, which lies at a place of a canvas; nil: it is not there, or not whole.
func firstFrame(file []byte) (frame []byte, canvas image.Rectangle, at image.Point) {
	var header, control []byte
	out := bytes.NewBuffer([]byte("\x89PNG\r\n\x1a\n"))
	write := func(name string, data []byte) {
		out.Write(binary.BigEndian.AppendUint32(nil, uint32(len(data))))
		n := out.Len()
		out.WriteString(name)
		out.Write(data)
		out.Write(binary.BigEndian.AppendUint32(nil, crc32.ChecksumIEEE(out.Bytes()[n:])))
	}
	number := func(i int) int { return int(binary.BigEndian.Uint32(control[i:])) }
	picture, began := false, false
	pngChunks(file, func(name, data []byte) bool {
		switch string(name) {
		case "IHDR":
			header = data
		case "IDAT":
			picture = true
		case "PLTE", "tRNS":
			if !picture && out.Len() < 4096 {
				if out.Len() == 8 { // IHDR comes first, with the size of the frame, which is not known yet
					write("IHDR", make([]byte, 13))
				}
				write(string(name), data)
			}
		case "fcTL": // number, width, height, left, top, and how long it is shown
			if began {
				return false
			}
			if len(data) == 26 {
				control = data
			}
		case "fdAT":
			if !picture || control == nil || len(data) < 4 {
				return false
			}
			if out.Len() == 8 {
				write("IHDR", make([]byte, 13))
			}
			began = true
			write("IDAT", data[4:])
		}
		return true
	})
	if !began || len(header) != 13 {
		return nil, canvas, at
	}
	canvas = image.Rect(0, 0, int(binary.BigEndian.Uint32(header)), int(binary.BigEndian.Uint32(header[4:])))
	w, h := number(4), number(8)
	at = image.Pt(number(12), number(16))
	if w < 1 || h < 1 || !image.Rect(at.X, at.Y, at.X+w, at.Y+h).In(canvas) {
		return nil, canvas, at
	}
	write("IEND", nil)
	b := out.Bytes()
	copy(b[16:], control[4:12]) // the frame's size
	copy(b[24:], header[8:])
	binary.BigEndian.PutUint32(b[29:], crc32.ChecksumIEEE(b[12:29]))
	return b, canvas, at
}
