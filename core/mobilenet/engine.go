package mobilenet

import (
	"context"
	"time"
)

// An Engine runs one Model, one picture at a time. It owns its memory; Close gives it back.
type Engine interface {
	// Run computes the network on input, a picture's bytes [H,W,C] as Network.InputShape has them. It fills what want asks for into out,
	// reusing out's slices.
	// An input of another length is an error; so is a context that is done before the first layer or between two of them.
	Run(ctx context.Context, input []byte, want Want, out *Result) error
	Info() Info
	Close() error
}

// Want says what Run shall give beside logits and output.
type Want struct {
	Embedding, Features, Times bool
	// Activations asks for the output of layer Layer.
	Activations bool
	Layer       int
	// Each, if it is not nil, is called after every layer with its output [h,w,c], dequantised, channels in the model's order. The values
	// are overwritten once it returns.
	Each func(layer int, values []float32)
}

// A Result is what one Run gives. Slices that were not asked for have length 0.
type Result struct {
	Logits    []float32       // [classes], dequantised, before softmax; empty without a classifier
	Output    []byte          // the file's output tensor: uint8, int8, or little-endian float32
	Embedding []float32       // [channels of the last layer], after the average pool
	Features  []float32       // [h,w,c], the last feature map, dequantised
	Layer     []float32       // [h,w,c], output of the asked layer, dequantised, channels in the model's order
	Times     []time.Duration // one a layer
}

// Info describes an engine.
type Info struct {
	Engine  string // "relaxed", "simd", "go" or "reference"
	Threads int
	Memory  int64  // bytes held, weights included
	Why     string // why it is not a faster one, or empty
}
