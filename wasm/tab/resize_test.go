//go:build js && wasm && resize

package main

import (
	"image"
	"slices"
	"strings"
	"syscall/js"
	"testing"

	"mobilenet/core/pixels"
	"mobilenet/core/tflite/tflitetest"
)

// What resize makes is what core/pixels makes of the same boxes, opaque.
func TestResize(t *testing.T) {
	w := newWorker(t)
	const width, height, inputW, inputH = 50, 41, 48, 32
	w.open(map[string]any{"model": typedArray(tflitetest.Build(tflitetest.Spec{Classes: 3, Width: inputW, Resolution: inputH}))})
	rgba := make([]byte, 4*width*height)
	for i := range rgba {
		rgba[i] = byte(i * 41)
	}
	view := func(x, y, w, h int, mirror bool) map[string]any {
		return map[string]any{"x": x, "y": y, "width": w, "height": h, "mirror": mirror}
	}
	args := func(views ...any) map[string]any {
		return map[string]any{"rgba": typedArray(rgba), "width": width, "height": height, "views": views}
	}
	result := w.good("resize", args(view(3, 2, 40, 35, false), view(9, 0, 20, 20, true))).Get("rgba")
	got := make([]byte, result.Length())
	js.CopyBytesToGo(got, result)

	source := pixels.Image{Pix: rgba, Stride: 4 * width, Width: width, Height: height}
	var want []byte
	for i, box := range []image.Rectangle{image.Rect(3, 2, 43, 37), image.Rect(9, 0, 29, 20)} {
		rgb := make([]byte, 3*inputW*inputH)
		if err := pixels.Resize(rgb, inputW, inputH, source, box, i == 1); err != nil {
			t.Fatal(err)
		}
		for p := 0; p < len(rgb); p += 3 {
			want = append(want, rgb[p], rgb[p+1], rgb[p+2], 255)
		}
	}
	if !slices.Equal(got, want) {
		t.Error("other pixels than core/pixels makes")
	}

	bad := func(change func(map[string]any), message string) {
		t.Helper()
		a := args(view(0, 0, 10, 10, false))
		change(a)
		failure, _ := w.call("resize", a)
		if failure.IsNull() || failure.Get("code").String() != "bad-argument" || !strings.Contains(failure.Get("message").String(), message) {
			t.Errorf("failure %v, want %q", failure, message)
		}
	}
	bad(func(a map[string]any) { a["width"] = width + 1 }, "8200 bytes of pixels where 51×41 pixels need 8364")
	bad(func(a map[string]any) { a["views"] = []any{view(20, 0, 40, 10, false)} }, "not inside the image")
	bad(func(a map[string]any) { a["views"] = 3 }, "is no array")
}
