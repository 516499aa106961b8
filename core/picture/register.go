package picture

import (
	"image"
	"slices"
)

// A Format is one that only some programs read, because its decoder is too large for the others. Package heic has one.
type Format struct {
	Name  string                 // as Header.Format has it
	Title string                 // as people write it
	Is    func(file []byte) bool // by a file's first bytes, of one that is of none of this package's own formats
	// Read reads the header and decodes nothing. Its errors, and Decode's, wrap ErrUnsupported or ErrBroken.
	Read   func(file []byte) (Info, error)
	Decode func(file []byte) (image.Image, error) // of the size that Info says
}

// Info is what a file of a registered format says of its picture.
type Info struct {
	Width, Height int         // as stored, in pixels
	Orientation   Orientation // of what is stored; 0: upright
	ICC           []byte      // the profile of its colours; empty: none
	// Primaries and Transfer are the numbers of its colours and curve in ITU-T H.273, where it has no profile; 0 and 2: not said.
	Primaries, Transfer byte
	Memory              int64 // bytes that decoding takes at its peak, an upright result included
}

// registered has one codec for each format that Register was given.
var registered []registration

type registration struct {
	is    func(file []byte) bool
	codec codec
}

// Register has Read and Decode read another format. It is called by the init function of the format's package, before any file is read.
func Register(f Format) {
	names[f.Name] = f.Title
	registered = append(registered, registration{f.Is, codec{
		format: f.Name,
		config: func(file []byte) (image.Config, error) {
			info, err := f.Read(file)
			return image.Config{Width: info.Width, Height: info.Height}, err
		},
		decode: f.Decode,
		inspect: func(file []byte, _ image.Config, h *Header) (float64, error) {
			info, err := f.Read(file)
			h.addProfile(info.ICC)
			if len(h.icc) == 0 {
				var known bool
				transfer := saidOr(info.Transfer, 13) // sRGB's
				if slices.Contains(videoCurves, transfer) {
					transfer = 13
				}
				h.toSRGB, known = coded(saidOr(info.Primaries, 1), transfer)
				h.AssumedSRGB = !known
			}
			h.memory += info.Memory
			if info.Orientation > Upright {
				h.Orientation = info.Orientation
				return 4, err
			}
			return 0, err
		},
	}})
}

func registeredFor(file []byte) *codec {
	for i := range registered {
		if registered[i].is(file) {
			return &registered[i].codec
		}
	}
	return nil
}

// registeredTitles names the formats within a list.
func registeredTitles() (titles string) {
	for _, r := range registered {
		titles += ", " + names[r.codec.format]
	}
	return titles
}

// videoCurves are those of cameras for BT.709, BT.601 and BT.2020, which Chromium takes for sRGB's in images: programs that write these leave
// the numbers that videos have.
var videoCurves = []byte{1, 6, 14, 15}

// saidOr is a number of ITU-T H.273, or another where it is not said.
func saidOr(number, other byte) byte {
	if number == 0 || number == 2 {
		return other
	}
	return number
}
