package heic

import (
	"context"
	_ "embed"
	"encoding/binary"
	"fmt"

	"mobilenet/core/picture"
	"mobilenet/core/picture/internal/sandbox"
)

// Program is the decoder, libheif 1.18.2 with libde265 1.0.15 as WebAssembly, gzipped. It is the file lib/heif.wasm.gz of the Go module
// Module, whose own Go code is not used: it prefers a library of the system's to this one unless a build tag forbids that, sets no limit
// to memory, and takes rows for 16 bytes apart that libheif has 64 apart, which garbles pictures of less than 97 pixels.
//
//go:embed heif.wasm.gz
var Program []byte

// Module is where Program comes from, with its hash as go.sum has it.
const (
	Module    = "github.com/gen2brain/heic@v0.4.5"
	ModuleSum = "h1:Cq3hPu6wwlTJNv2t48ro3oWje54h82Q5pALeCBNgaSk="
)

// License texts of what Program is made of.
var (
	//go:embed LICENSE.libheif
	LicenseHEIF string
	//go:embed LICENSE.libde265
	LicenseDE265 string
	//go:embed LICENSE.heic
	LicenseModule string
)

// planes are a picture's samples as the decoder gives them: of luma, and of chroma for two or four pixels, a byte each; or, if only the
// first is there with four bytes a pixel, of RGBA.
type planes struct {
	width, height int
	rgba          bool
	chroma        int // as a sequence has it
	at            [3][]byte
	stride        [3]int
}

// Unpacked is Program as WebAssembly, for a browser.
func Unpacked() ([]byte, error) { return sandbox.Unpacked(Program) }

var program = sandbox.New(Program)

// decode runs the program on a file whose header has been checked, within so much memory.
func decode(ctx context.Context, file []byte, memory int64) (*planes, func(), error) {
	in, err := program.Start(ctx, memory)
	if err != nil {
		return nil, nil, err
	}
	p, err := run(in, file)
	if err != nil {
		in.Close()
		return nil, nil, err
	}
	return p, in.Close, nil
}

// errData is what is said where the program gives no picture; it does not tell why.
var errData = fmt.Errorf("%w: heic: its HEVC data cannot be decoded", picture.ErrBroken)

// run calls what the module's heif.c exports,
//
//	int decode(in, size, config_only, *width, *height, *colorspace, *chroma, *is_premultiplied, out)
//
// once for the size, which says how much memory the answer takes, and once for the pixels.
func run(in *sandbox.Instance, file []byte) (*planes, error) {
	const said = 5 * 4
	source, ok := in.Allocate(len(file))
	if !ok || !in.Memory().Write(source, file) {
		return nil, errData
	}
	at, ok := in.Allocate(said)
	// Of the first brands, the program takes no other for certain.
	if !ok || !in.Memory().Write(source+8, []byte("heic")) {
		return nil, errData
	}
	size := uint32(len(file))
	call := func(configOnly, out uint32) bool {
		done, err := in.Call("decode", source, size, configOnly, at, at+4, at+8, at+12, at+16, out)
		return err == nil && done == 1
	}
	if !call(1, 0) {
		return nil, errData
	}
	head, ok := in.Memory().Read(at, said)
	if !ok {
		return nil, errData
	}
	number := func(i int) int { return int(binary.LittleEndian.Uint32(head[4*i:])) }
	p := &planes{width: number(0), height: number(1)}
	var sizes [3]int
	switch space := number(2); space {
	case 0: // YCbCr
		p.chroma = number(3)
		across, down := (p.width+1)/2, (p.height+1)/2
		switch p.chroma {
		case 1:
		case 2:
			down = p.height
		case 3:
			across, down = p.width, p.height
		default:
			return nil, errData
		}
		p.stride = [3]int{stride(p.width), stride(across), stride(across)}
		sizes = [3]int{p.stride[0] * p.height, p.stride[1] * down, p.stride[2] * down}
	case 1: // RGB
		p.rgba = true
		p.stride[0] = 4 * evenWidth(p.width)
		sizes[0] = p.stride[0] * p.height
	case 2: // one colour
		p.stride[0] = stride(p.width)
		sizes[0] = p.stride[0] * p.height
	default:
		return nil, errData
	}
	out, ok := in.Allocate(sizes[0] + sizes[1] + sizes[2])
	if !ok || !call(0, out) {
		return nil, errData
	}
	for i, size := range sizes {
		if p.at[i], ok = in.Memory().Read(out, uint32(size)); !ok {
			return nil, errData
		}
		out += uint32(size)
	}
	return p, nil
}

// evenWidth is how many samples libheif keeps room for in a row, and stride is what it makes of that: HeifPixelImage::ImagePlane::alloc.
func evenWidth(width int) int { return max(64, width+width&1) }

func stride(width int) int { return (evenWidth(width) + 15) &^ 15 }
