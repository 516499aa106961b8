package avif

import (
	"context"
	_ "embed"
	"encoding/binary"
	"fmt"
	"image"
	"math"

	"mobilenet/core/picture"
	"mobilenet/core/picture/internal/sandbox"
)

// Program is the decoder, libavif 1.1.1 with libaom 3.10.0 and libyuv as WebAssembly, gzipped. It is the file lib/decode.wasm.gz of the Go
// module Module, whose own Go code is not used: it prefers a library of the system's to this one unless a build tag forbids that, sets no
// limit to memory, and turns nothing upright.
//
//go:embed avif.wasm.gz
var Program []byte

// Module is where Program comes from, with its hash as go.sum has it.
const (
	Module    = "github.com/gen2brain/avif@v0.4.4"
	ModuleSum = "h1:Ga/ss7qcWWQm2bxFpnjYjhJsNfZrWs5RsyklgFjKRSE="
)

// License texts of what Program is made of; libyuv's is among libavif's.
var (
	//go:embed LICENSE.libavif
	LicenseAVIF string
	//go:embed LICENSE.aom
	LicenseAOM string
	//go:embed LICENSE.avif
	LicenseModule string
)

var program = sandbox.New(Program)

// errData is what is said where the program gives no picture; it does not tell why.
var errData = fmt.Errorf("%w: avif: its AV1 data cannot be decoded", picture.ErrBroken)

// decode runs the program on a file, within the memory that its header says. It calls what the module's decode.c exports,
//
//	int decode(in, size, config_only, decode_all, *width, *height, *depth, *count, *delay, out)
//
// once for the size and once for the pixels, which are RGBA, multiplied by alpha, of 8 bits or, if the samples have more, 16.
func decode(ctx context.Context, file []byte, h *header) (*image.RGBA, error) {
	in, err := program.Start(ctx, h.info.Memory)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	return run(in, file, h.width, h.height)
}

func run(in *sandbox.Instance, file []byte, width, height int) (*image.RGBA, error) {
	const said = 6 * 4 // width, height, depth, count, and a float64
	source, ok := in.Allocate(len(file))
	if !ok || !in.Memory().Write(source, file) {
		return nil, errData
	}
	at, ok := in.Allocate(said)
	// Of the brand "avis" it would decode a track, whose first frame mostly is the main item, which it decodes of "avif".
	if !ok || !in.Memory().Write(source+8, []byte("avif")) {
		return nil, errData
	}
	call := func(configOnly, out uint32) bool {
		done, err := in.Call("decode", source, uint32(len(file)), configOnly, 0, at, at+4, at+8, at+12, at+16, out)
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
	if w, h := number(0), number(1); w != width || h != height {
		return nil, broken("it says that its picture is %d×%d, and that its first one is %d×%d", width, height, w, h)
	}
	bytes := 4
	if number(2) > 8 {
		bytes = 8
	}
	out, ok := in.Allocate(bytes * width * height)
	// Where AV1 data are damaged, decode gives 1 all the same, but neither pixels nor how long they are shown.
	const never = math.MaxUint64
	if !ok || !in.Memory().WriteUint64Le(at+16, never) || !call(0, out) {
		return nil, errData
	}
	if shown, ok := in.Memory().ReadUint64Le(at + 16); !ok || shown == never {
		return nil, errData
	}
	pixels, ok := in.Memory().Read(out, uint32(bytes*width*height))
	if !ok {
		return nil, errData
	}
	m := image.NewRGBA(image.Rect(0, 0, width, height))
	if bytes == 4 {
		copy(m.Pix, pixels)
		return m, nil
	}
	for i := range m.Pix {
		m.Pix[i] = uint8((uint32(binary.LittleEndian.Uint16(pixels[2*i:]))*255 + 32767) / 65535)
	}
	return m, nil
}
