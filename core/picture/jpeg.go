package picture

import (
	"image"
)

// maxScans bounds the passes over a progressive JPEG. Encoders make about ten; a small file with thousands would keep the decoder
// busy for minutes.
const maxScans = 100

// inspectJPEG walks the file's segments (ITU T.81, annex B).
func inspectJPEG(file []byte, _ image.Config, h *Header) (float64, error) {
	scans, parts, inks := 0, 0, false
	for at := 2; ; {
		marker, segment, next := jpegSegment(file, at)
		if next == 0 {
			break
		}
		at = next
		switch {
		case marker == 0xc0 || marker == 0xc1 || marker == 0xc2: // SOF: precision, height, width, components
			if len(segment) < 6 || len(segment) < 6+3*int(segment[5]) {
				return 0, broken("jpeg", "its frame header is short")
			}
			samples := jpegSamples(h.Width, h.Height, segment[6:][:3*int(segment[5])])
			if marker == 0xc2 {
				h.kind = "a progressive JPEG"
				samples *= 2 // all coefficients are kept until the last scan, and become samples in their place
			}
			if segment[5] == 4 {
				inks = true
				samples += 4 * int64(h.Width) * int64(h.Height) // all together
			}
			h.memory = max(h.memory, samples) // the decoder refuses a second frame, after the first
		case marker == 0xda: // SOS
			scans++
		case marker == 0xe1 && scans == 0 && len(segment) > 6 && string(segment[:6]) == "Exif\x00\x00": // APP1
			h.Orientation = readOrientation(segment[6:])
		case marker == 0xe2 && scans == 0 && len(segment) > 14 && string(segment[:12]) == "ICC_PROFILE\x00": // APP2: part, of how many
			if parts++; int(segment[12]) == parts { // the colours of a profile in disorder are taken for sRGB
				h.addProfile(segment[14:])
			}
		}
	}
	if scans > maxScans {
		return 0, broken("jpeg", "%d scans, where %d are allowed", scans, maxScans)
	}
	return h.result(inks), nil // which are in h.memory already
}

// jpegSamples is how many samples a frame has with these components, three bytes each: for a pixel 3 with 4:4:4, 1.5 with 4:2:0. They
// fill whole units, of 8×8 samples times the largest factors (ITU T.81, A.2.4).
func jpegSamples(width, height int, components []byte) int64 {
	across, down, blocks := 1, 1, 0
	for c := components; len(c) >= 3; c = c[3:] {
		x, y := int(c[1]>>4), int(c[1]&15)
		if len(components) == 3 {
			x, y = 1, 1 // a single one's factors mean nothing
		}
		across, down, blocks = max(across, x), max(down, y), blocks+x*y
	}
	units := func(pixels, size int) int64 { return int64((pixels + size - 1) / size) }
	return units(width, 8*across) * units(height, 8*down) * int64(64*blocks)
}

// jpegSegment finds the next marker segment from at on, skipping the entropy-coded data before it. Segment is what follows its
// length; next is where to go on, 0 at the end.
func jpegSegment(file []byte, at int) (marker byte, segment []byte, next int) {
	for ; at+1 < len(file); at++ {
		if file[at] != 0xff {
			continue
		}
		marker = file[at+1]
		switch {
		case marker == 0xff: // fill byte
			continue
		case marker == 0 || marker == 1 || marker >= 0xd0 && marker <= 0xd8: // stuffing, TEM, RSTn, SOI: no length
			at++
			continue
		case marker == 0xd9: // EOI
			return 0, nil, 0
		}
		if at+4 > len(file) {
			return 0, nil, 0
		}
		length := int(file[at+2])<<8 | int(file[at+3])
		end := at + 2 + length
		if length < 2 || end > len(file) {
			return 0, nil, 0 // the decoder will say what is wrong
		}
		return marker, file[at+4 : end], end
	}
	return 0, nil, 0
}
