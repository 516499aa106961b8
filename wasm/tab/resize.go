//go:build js && wasm && resize

package main

import (
	"context"
	"fmt"
	"image"
	"syscall/js"

	"mobilenet/core/pixels"
	"mobilenet/wasm/tab/contract"
)

// runtimeName is what reasons call the JavaScript around the program.
const runtimeName = "this runtime"

// exportResize adds the function that does what a browser's worker does by a canvas.
func exportResize(p *program, api js.Value) {
	export(p, api, contract.Resize, decodeResizeArgs, p.resize, encodeInputs)
}

// resize makes inputs of an image's views.
func (p *program) resize(ctx context.Context, args *contract.ResizeArgs) (*contract.Inputs, error) {
	if p.classifier == nil {
		return nil, errNoModel
	}
	if n := 4 * args.Width * args.Height; n != len(args.RGBA) {
		err := fmt.Errorf("%d bytes of pixels where %d×%d pixels need %d", len(args.RGBA), args.Width, args.Height, n)
		return nil, coded(contract.BadArgument, err)
	}
	source := pixels.Image{Pix: args.RGBA, Stride: 4 * args.Width, Width: args.Width, Height: args.Height}
	s := p.classifier.Model().InputShape()
	inputs := &contract.Inputs{RGBA: make([]byte, 0, 4*s.H*s.W*len(args.Views))}
	rgb := make([]byte, 3*s.H*s.W)
	for _, v := range args.Views {
		if err := ctx.Err(); err != nil { // and a turn for the event loop
			return nil, err
		}
		box := image.Rect(v.X, v.Y, v.X+v.Width, v.Y+v.Height)
		if err := pixels.Resize(rgb, s.W, s.H, source, box, v.Mirror); err != nil {
			return nil, coded(contract.BadArgument, err)
		}
		for i := 0; i < len(rgb); i += 3 {
			inputs.RGBA = append(inputs.RGBA, rgb[i], rgb[i+1], rgb[i+2], 255)
		}
	}
	return inputs, nil
}
