package api_test

import (
	"context"
	"fmt"
	"testing"

	"mobilenet/core/api"
	"mobilenet/core/classify"
	"mobilenet/core/mobilenet"
)

// counting is an engine that counts its runs.
type counting struct {
	mobilenet.Engine
	runs int
}

func (c *counting) Run(ctx context.Context, input []byte, want mobilenet.Want, out *mobilenet.Result) error {
	c.runs++
	return c.Engine.Run(ctx, input, want, out)
}

// However much a request asks for, the network runs once a view.
func TestOneRunARequest(t *testing.T) {
	config := newConfig(t)
	c, err := config.Open()
	if err != nil {
		t.Fatal(err)
	}
	engine := &counting{Engine: c.Engine()}
	if c, err = classify.New(c.Model(), engine, nil); err != nil {
		t.Fatal(err)
	}
	config.Open = func() (*classify.Classifier, error) { return c, nil }
	h := api.New(config)
	photo := pngOf(t, noise(60, 40))
	for views, square := range map[int]int{1: 35, 2: 40, 4: 40} { // the side of the first view
		for class := range 3 {
			engine.runs = 0
			path := fmt.Sprintf("/api/classify?embedding=1&heatmap=1&logits=1&views=%d&heatmap_index=%d", views, class)
			got := read[classification](t, call{path: path, body: photo}.do(t, h), 200)
			if engine.runs != views {
				t.Errorf("%s: %d runs", path, engine.runs)
			}
			if len(got.Embedding) == 0 || len(got.Logits) != 10 || got.Heatmap == nil {
				t.Fatalf("%s: %+v", path, got)
			}
			if got.Heatmap.Index != class || got.Heatmap.Box.Width != square {
				t.Errorf("%s: heat map %+v", path, got.Heatmap)
			}
		}
	}
}
