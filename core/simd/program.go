package simd

import (
	"mobilenet/core/mobilenet"
	"mobilenet/core/wasmasm"
)

// A Program is a compiled model. It is plain data, so that it can be made at build time, stored, and run elsewhere.
type Program struct {
	// Model is the compiled model. Its weights are needed to pack the image, not to run it.
	Model    *mobilenet.Model
	Features Features
	// Module is the WebAssembly module, as Host describes it.
	Module []byte
	// Pages of 65536 bytes are the size of its memory.
	Pages int
	// ImageOffset and ImageSize are the part of the memory that must be written once: weights and constants. The rest is
	// zero at first.
	ImageOffset, ImageSize int
	// Input is where the picture is written: [R,R,3] bytes; those of a quantised model after its InputTable.
	Input Map
	// Layers says where each layer's output lies once it has run. The last feature map, the embedding and the last layer
	// stay until the next picture; others are overwritten by the layers after the next one.
	Layers []Map

	chunks []chunk
}

// A chunk is a part of the image and the function that packs it.
type chunk struct {
	offset, size int
	pack         func(b []byte)
}

// Pack gives the image piece by piece to write, which must not keep data: one buffer serves for all.
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

// Memory is the bytes of the module's memory.
func (p *Program) Memory() int { return p.Pages * wasmasm.PageSize }
