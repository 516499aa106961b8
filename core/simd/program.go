package simd

import (
	"mobilenet/core/mobilenet"
	"mobilenet/core/wasmasm"
)

// A Plan says where a compiled model's input and results lie in its memory: all that an engine needs once the memory is filled. It is
// plain data, so that it can be stored, and drive an instance elsewhere.
type Plan struct {
	// Model is the compiled model. Running it needs none of its weights.
	Model        *mobilenet.Model
	Capabilities Capabilities
	// Pages of 65536 bytes are the size of the memory.
	Pages int
	// Input is where the picture is written: [H,W,C] bytes; those of a quantised model after its InputTable.
	Input Map
	// Layers says where each layer's output lies once it has run. The last feature map, the embedding and the last layer
	// stay until the next picture; others are overwritten by later layers. A plan may leave out those that will not be asked for:
	// they are zero.
	Layers []Map
}

// Memory is the bytes of the module's memory.
func (p *Plan) Memory() int { return p.Pages * wasmasm.PageSize }

// A Program is a compiled model: its plan, the module, and what packs its weights. It can be made at build time and run elsewhere.
type Program struct {
	Plan
	// Module is the WebAssembly module, as Host describes it.
	Module []byte
	// ImageOffset and ImageSize are the part of the memory that must be written once: weights and constants. The rest is
	// zero at first.
	ImageOffset, ImageSize int

	chunks []chunk
}

// A chunk is a part of the image and the function that packs it.
type chunk struct {
	offset, size int
	pack         func(b []byte)
}

// Pack passes the image to write in pieces. write must not keep data: all pieces share one buffer.
func (p *Program) Pack(write func(offset int, data []byte) error) error {
	largest := 0
	for _, c := range p.chunks {
		largest = max(largest, c.size)
	}
	buffer := make([]byte, largest)
	for _, c := range p.chunks {
		b := buffer[:c.size]
		clear(b)
		c.pack(b)
		if err := write(c.offset, b); err != nil {
			return err
		}
	}
	return nil
}

// Image is the whole image, ImageSize bytes that belong at ImageOffset.
func (p *Program) Image() []byte {
	image := make([]byte, p.ImageSize)
	for _, c := range p.chunks {
		c.pack(image[c.offset-p.ImageOffset:][:c.size])
	}
	return image
}
