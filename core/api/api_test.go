package api_test

import (
	"encoding/binary"
	"hash/crc32"
	"io"
	"regexp"
	"slices"
	"testing"

	"mobilenet/core/api"
	"mobilenet/core/mobilenet"
)

func TestClassify(t *testing.T) {
	config := newConfig(t)
	h := api.New(config)
	photo := pngOf(t, noise(60, 40))
	parts, formType := form(t, photo)

	first := read[classification](t, call{path: "/api/classify", contentType: "image/png", body: photo}.do(t, h), 200)
	if first.Model != "small" || len(first.Predictions) != 5 || first.Embedding != nil || first.Logits != nil || first.Heatmap != nil {
		t.Errorf("%+v", first)
	}
	best := first.Predictions[0]
	if best.Label == "" || best.Probability <= 0 || best.Probability > 1 || first.Predictions[4].Probability > best.Probability {
		t.Errorf("%+v", first.Predictions)
	}
	// The type matters as little as the way.
	for _, c := range []call{
		{body: photo},
		{body: photo, contentType: "application/octet-stream"},
		{body: photo, contentType: "image/jpeg"},
		{body: photo, contentType: "image/png", chunked: true},
		{body: parts, contentType: formType},
		{body: parts, contentType: formType, chunked: true},
	} {
		c.path = "/api/classify"
		again := read[classification](t, c.do(t, h), 200)
		if !slices.Equal(again.Predictions, first.Predictions) {
			t.Errorf("%s: %+v, want %+v", c.contentType, again.Predictions, first.Predictions)
		}
	}

	all := read[classification](t, call{path: "/api/classify?top=99&crop=square&embedding=1&heatmap=true&logits=1", body: photo}.do(t, h), 200)
	m, _ := config.Open()
	if len(all.Predictions) != 10 || len(all.Logits) != 10 || len(all.Embedding) != m.Model().Layers[m.Model().Embedding()].Out.C {
		t.Errorf("%d predictions, %d logits, %d of the embedding", len(all.Predictions), len(all.Logits), len(all.Embedding))
	}
	if hm := all.Heatmap; hm == nil || hm.Index != all.Predictions[0].Index || len(hm.Data) != hm.Width*hm.Height ||
		hm.Box != struct{ X, Y, Width, Height int }{10, 0, 40, 40} {
		t.Errorf("heat map %+v", hm)
	}
	if none := read[classification](t, call{path: "/api/classify?top=1&embedding=0", body: photo}.do(t, h), 200); len(none.Predictions) != 1 {
		t.Errorf("%+v", none)
	}
}

// An image whose colours are not understood is classified, and the answer says how they were taken.
func TestAssumedColours(t *testing.T) {
	h := api.New(newConfig(t))
	photo := pngOf(t, noise(9, 9))
	cicp := []byte("\x00\x00\x00\x04cICP\x09\x10\x00\x01") // BT.2020, of high dynamic range
	cicp = binary.BigEndian.AppendUint32(cicp, crc32.ChecksumIEEE(cicp[4:]))
	for colour, file := range map[string][]byte{"": photo, "assumed sRGB": slices.Concat(photo[:33], cicp, photo[33:])} {
		answer := read[struct {
			Predictions []any
			Colour      string
		}](t, call{path: "/api/classify", body: file}.do(t, h), 200)
		if len(answer.Predictions) == 0 || answer.Colour != colour {
			t.Errorf("%+v, want colour %q", answer, colour)
		}
	}
}

// A picture of the network's own size passes untouched with crop=whole.
func TestPixelsUntouched(t *testing.T) {
	config := newConfig(t)
	m := noise(32, 32)
	rgb := make([]byte, 0, 3*32*32)
	for i := 0; i < len(m.Pix); i += 4 {
		rgb = append(rgb, m.Pix[i:i+3]...)
	}
	c, err := config.Open()
	if err != nil {
		t.Fatal(err)
	}
	var want mobilenet.Result
	if err := c.Run(t.Context(), rgb, mobilenet.Want{}, &want); err != nil {
		t.Fatal(err)
	}
	got := read[classification](t, call{path: "/api/classify?crop=whole&logits=1", body: pngOf(t, m)}.do(t, api.New(config)), 200)
	if !slices.Equal(got.Logits, want.Logits) {
		t.Errorf("logits %v, want %v", got.Logits, want.Logits)
	}
}

func TestBatch(t *testing.T) {
	h := api.New(newConfig(t))
	one, two := pngOf(t, noise(33, 32)), pngOf(t, noise(40, 40))
	type batch struct {
		Model   string
		Results []struct {
			classification
			Name    string
			Problem *api.Problem
		}
	}
	body, formType := form(t, one, []byte("no picture"), two)
	got := read[batch](t, call{path: "/api/classify/batch?top=2", contentType: formType, body: body}.do(t, h), 200)
	if got.Model != "small" || len(got.Results) != 3 {
		t.Fatalf("%+v", got)
	}
	for i, file := range [][]byte{one, nil, two} {
		r := got.Results[i]
		if r.Name != "x.png" {
			t.Errorf("picture %d is called %q", i, r.Name)
		}
		if file == nil {
			if r.Problem == nil || r.Problem.Status != 415 || r.Predictions != nil {
				t.Errorf("picture %d: %+v", i, r)
			}
			continue
		}
		alone := read[classification](t, call{path: "/api/classify?top=2", body: file}.do(t, h), 200)
		if r.Problem != nil || !slices.Equal(r.Predictions, alone.Predictions) {
			t.Errorf("picture %d: %+v, alone %+v", i, r, alone)
		}
	}
	full, formType := form(t, slices.Repeat([][]byte{one}, api.MaxImages)...)
	if got := read[batch](t, call{path: "/api/classify/batch", contentType: formType, body: full}.do(t, h), 200); len(got.Results) != 16 {
		t.Errorf("%d results", len(got.Results))
	}
}

func TestModelAndHealth(t *testing.T) {
	h := api.New(newConfig(t))
	m := read[api.Model](t, call{method: "GET", path: "/api/model"}.do(t, h), 200)
	if m.Name != "small" || m.Network != "MobileNetV1" || m.Shape != [3]int{32, 32, 3} || len(m.Labels) != 10 {
		t.Errorf("%+v", m)
	}
	if s := read[map[string]string](t, call{method: "GET", path: "/api/health"}.do(t, h), 200); s["status"] != "ok" {
		t.Errorf("%v", s)
	}
	r := call{method: "HEAD", path: "/api/model"}.do(t, h)
	if body, _ := io.ReadAll(r.Body); r.StatusCode != 200 || len(body) > 0 {
		t.Errorf("HEAD: %d, %d bytes", r.StatusCode, len(body))
	}
	for path, want := range map[string]string{"/api/model": "no-cache", "/api/health": "no-store"} {
		if got := (call{method: "GET", path: path}.do(t, h).Header.Get("Cache-Control")); got != want {
			t.Errorf("%s: Cache-Control %q, want %q", path, got, want)
		}
	}
}

func TestTiming(t *testing.T) {
	config := newConfig(t)
	photo := pngOf(t, noise(9, 9))
	if got := (call{path: "/api/classify", body: photo}.do(t, api.New(config)).Header.Get("Server-Timing")); got != "" {
		t.Errorf("Server-Timing %q, unasked", got)
	}
	config.Timing = true
	got := call{path: "/api/classify", body: photo}.do(t, api.New(config)).Header.Get("Server-Timing")
	if !regexp.MustCompile(`^decode;dur=[\d.]+, resize;dur=[\d.]+, network;dur=[\d.]+$`).MatchString(got) {
		t.Errorf("Server-Timing %q", got)
	}
}
