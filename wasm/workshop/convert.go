//go:build js && wasm

package main

import (
	"context"
	"fmt"
	"image"
	"runtime/debug"
	"syscall/js"

	"mobilenet/core/checkpoint"
	"mobilenet/core/classify"
	"mobilenet/core/convert"
	"mobilenet/core/mobilenet"
	"mobilenet/core/pixels"
	"mobilenet/core/quantize"
)

// A conversion is the file that was given last, and the pictures that it is to be calibrated with.
type conversion struct {
	source *convert.Source
	inputs [][]byte
}

// recognize reads a file and says what it is; web/mobilenet/workshop.ts has what crosses.
func (c *conversion) recognize(args js.Value) (js.Value, *failure) {
	// What Go has taken it never gives back (golang/go#59061), and here are several copies of a network, one after the other.
	debug.SetGCPercent(10)
	c.source, c.inputs = nil, nil
	options, err := optionsOf(args)
	if err != nil {
		return js.Value{}, &failure{badArgument, err}
	}
	source, err := convert.Read(bytesOf(args.Get("file")), options)
	if err != nil {
		return js.Value{}, &failure{modelUnsupported, err}
	}
	if labels := args.Get("labels"); !labels.IsUndefined() {
		if err := source.SetLabels(classify.ParseLabels(labels.String())); err != nil {
			return js.Value{}, &failure{badArgument, err}
		}
	}
	if name := args.Get("name"); name.Truthy() {
		source.Metadata.Name = name.String()
	}
	result := recognized(source)
	if args.Get("write").Bool() {
		file, failed := c.written(source, source.Model)
		if failed != nil {
			return js.Value{}, failed
		}
		result.Set("file", file)
	}
	c.source = source
	return result, nil
}

// written is a model's file.
func (c *conversion) written(source *convert.Source, m *mobilenet.Model) (js.Value, *failure) {
	file, err := source.Write(m)
	if err != nil {
		return js.Value{}, &failure{modelUnsupported, err}
	}
	array := js.Global().Get("Uint8Array").New(len(file))
	js.CopyBytesToJS(array, file)
	return array, nil
}

// optionsOf are the settings that were chosen.
func optionsOf(args js.Value) (o checkpoint.Options, err error) {
	if v := args.Get("activation"); !v.IsUndefined() {
		a, err := convert.ParseActivation(v.String())
		if err != nil {
			return o, err
		}
		o.Activation = &a
	}
	if v := args.Get("padding"); !v.IsUndefined() {
		p, err := convert.ParsePadding(v.String())
		if err != nil {
			return o, err
		}
		o.Padding = &p
	}
	if v := args.Get("epsilon"); !v.IsUndefined() {
		e := v.Float()
		o.Epsilon = &e
	}
	if v := args.Get("resolution"); !v.IsUndefined() {
		o.Resolution = v.Int()
	}
	if mean, scale := args.Get("mean"), args.Get("scale"); !mean.IsUndefined() && !scale.IsUndefined() {
		o.Normalization = &checkpoint.Normalization{}
		for i := range 3 {
			o.Normalization.Mean[i], o.Normalization.Std[i] = mean.Index(i).Float(), 1/scale.Index(i).Float()
		}
	}
	return o, nil
}

// recognized says what a source is.
func recognized(s *convert.Source) js.Value {
	n, in := s.Model.Network, s.Model.InputShape()
	parameters, biases, multiplyAdds := mobilenet.Cost(s.Model.Layers)
	leaks := false
	for i := range s.Model.Layers {
		leaks = leaks || s.Model.Layers[i].Float.Leak != 0
	}
	setting := func(value any, from checkpoint.Source) map[string]any {
		return map[string]any{"value": value, "from": from.String()}
	}
	normalize := s.Normalization.Value
	numbers := func(f func(c int) float64) []any {
		return []any{f(0), f(1), f(2)}
	}
	about := map[string]any{
		"format": s.Format, "layout": s.Layout, "checkpoint": s.Checkpoint,
		"network": n.Version.String(), "alpha": n.Alpha, "shape": []any{in.H, in.W, in.C}, "classes": s.Model.Answers(),
		"parameters": parameters + biases, "multiplyAdds": multiplyAdds, "quantizable": !leaks,
		"labels":     s.Metadata.Labels != nil,
		"resolution": setting(s.Resolution.Value, s.Resolution.From),
		"normalize": setting(map[string]any{
			"mean":  numbers(func(c int) float64 { return normalize.Mean[c] }),
			"scale": numbers(func(c int) float64 { return 1 / normalize.Std[c] }),
		}, s.Normalization.From),
	}
	if s.Checkpoint {
		about["activation"] = setting(convert.FormatActivation(s.Activation.Value), s.Activation.From)
		about["padding"] = setting(convert.Paddings[s.Padding.Value], s.Padding.From)
		about["epsilon"] = setting(s.Epsilon.Value, s.Epsilon.From)
	}
	return js.ValueOf(about)
}

// calibrate takes a picture, RGBA of the model's shape, to calibrate with.
func (c *conversion) calibrate(args js.Value) (js.Value, *failure) {
	rgba := bytesOf(args.Get("rgba"))
	if c.source == nil {
		return js.Value{}, &failure{badArgument, fmt.Errorf("no file was recognised before the pictures came")}
	}
	in := c.source.Model.InputShape()
	if n := 4 * in.H * in.W; len(rgba) != n {
		return js.Value{}, &failure{badArgument, fmt.Errorf("a picture of %d bytes; RGBA of %d×%d has %d", len(rgba), in.W, in.H, n)}
	}
	rgb := make([]byte, 3*in.H*in.W)
	pixels.DropAlpha(rgb, rgba)
	if in.C == 1 {
		rgb = append([]byte(nil), pixels.Luma(rgb)...)
	}
	c.inputs = append(c.inputs, rgb)
	return newObject(), nil
}

// resize does for calibrate what a canvas does in a browser, as wasm/tab does.
func (c *conversion) resize(args js.Value) (js.Value, *failure) {
	if c.source == nil {
		return js.Value{}, &failure{badArgument, fmt.Errorf("no file was recognised before the pictures came")}
	}
	in := c.source.Model.InputShape()
	width, height, view := args.Get("width").Int(), args.Get("height").Int(), args.Get("views").Index(0)
	source := pixels.Image{Pix: bytesOf(args.Get("rgba")), Stride: 4 * width, Width: width, Height: height}
	x, y := view.Get("x").Int(), view.Get("y").Int()
	rgb := make([]byte, 3*in.H*in.W)
	if err := pixels.Resize(rgb, in.W, in.H, source, image.Rect(x, y, x+view.Get("width").Int(), y+view.Get("height").Int()), false); err != nil {
		return js.Value{}, &failure{badArgument, err}
	}
	rgba := make([]byte, 0, 4*in.H*in.W)
	for i := 0; i < len(rgb); i += 3 {
		rgba = append(rgba, rgb[i], rgb[i+1], rgb[i+2], 255)
	}
	array := js.Global().Get("Uint8Array").New(len(rgba))
	js.CopyBytesToJS(array, rgba)
	result := newObject()
	result.Set("rgba", array)
	return result, nil
}

// quantize makes the model of bytes.
func (c *conversion) quantize(args js.Value) (js.Value, *failure) {
	if c.source == nil {
		return js.Value{}, &failure{badArgument, fmt.Errorf("no file was recognised before")}
	}
	tell := args.Get("onProgress")
	options := quantize.Options{
		Engine:   engines(args.Get("newThread")),
		Progress: func(done, all int) { tell.Invoke(float64(done) / float64(all)) },
	}
	if args.Get("type").String() == "uint8" {
		options.Scheme = quantize.PerTensor
	}
	m, report, err := quantize.Quantize(context.Background(), c.source.Model, c.inputs, options)
	if err != nil {
		return js.Value{}, &failure{modelUnsupported, err}
	}
	c.inputs = nil
	file, failed := c.written(c.source, m)
	if failed != nil {
		return js.Value{}, failed
	}
	result := newObject()
	result.Set("file", file)
	result.Set("report", map[string]any{
		"images": report.Pictures, "same": report.Same, "difference": report.Difference,
		"layers": list(report.Layers, func(l quantize.LayerReport) any {
			return map[string]any{"name": l.Name, "noise": l.Noise, "least": l.Least, "most": l.Most}
		}),
	})
	return result, nil
}
