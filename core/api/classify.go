package api

import (
	"context"
	"fmt"
	"image"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"mobilenet/core/classify"
	"mobilenet/core/picture"
	"mobilenet/core/pixels"
)

// readOptions reads a classification's parameters, which stand in a URL's query.
func (s *server) readOptions(raw string) (o classify.Options, err error) {
	query, err := url.ParseQuery(raw)
	if err != nil {
		return o, badParameter.because("the query cannot be read: %v; parameters are joined by &, and %% is written %%25", err)
	}
	heatmap, class := query.Has("heatmap_index"), classify.Best
	for name, values := range query {
		if len(values) > 1 {
			return o, badParameter.because("%s comes %d times", name, len(values))
		}
		value := values[0]
		switch name {
		case "top":
			if o.TopK, err = strconv.Atoi(value); err != nil || o.TopK < 1 {
				return o, badParameter.because("top=%s: a number from 1 on is needed", value)
			}
		case "crop":
			if o.Crop, err = pixels.ParseCrop(value); err != nil {
				return o, badParameter.because("%v", err)
			}
		case "views":
			if o.Views, err = strconv.Atoi(value); err != nil || o.Views != 1 && o.Views != 2 && o.Views != 4 {
				return o, badParameter.because("views=%s: 1, 2 or 4 is needed", value)
			}
		case "embedding":
			o.Embedding, err = readFlag(name, value)
		case "logits":
			o.Logits, err = readFlag(name, value)
		case "heatmap":
			heatmap, err = readFlag(name, value)
		case "heatmap_index":
			if class, err = strconv.Atoi(value); err != nil || class < 0 || class >= s.Model.Classes {
				return o, badParameter.because("heatmap_index=%s: a class in 0..%d is needed", value, s.Model.Classes-1)
			}
		default:
			return o, badParameter.because(
				"there is no parameter %q; there are top, crop, views, embedding, heatmap, heatmap_index and logits", name)
		}
		if err != nil {
			return o, err
		}
	}
	if class != classify.Best && !heatmap {
		return o, badParameter.because("heatmap=0 and heatmap_index=%d contradict each other", class)
	}
	if heatmap {
		o.Heatmaps = []int{class}
	}
	return o, nil
}

func readFlag(name, value string) (bool, error) {
	flag, err := strconv.ParseBool(value)
	if err != nil {
		return false, badParameter.because("%s=%s: 1 or 0 is needed", name, value)
	}
	return flag, nil
}

// A classification is what the network sees in an image.
type classification struct {
	Predictions []prediction `json:"predictions"`
	NoneOfThese *bool        `json:"noneOfThese,omitempty"` // nil where the model was not taught to tell
	Embedding   []float32    `json:"embedding,omitempty"`
	Heatmap     *heatmap     `json:"heatmap,omitempty"`
	// Colour says that the image's colours were taken for sRGB's although its file says something else.
	Colour string    `json:"colour,omitempty"`
	Logits []float32 `json:"logits,omitempty"`
}

type prediction struct {
	Index       int     `json:"index"` // in the model's output, background included
	Label       string  `json:"label"`
	Probability float64 `json:"probability"`
}

// A heatmap says how much each part of the box, the part of the upright image that the network saw, adds to the logit of class Index.
type heatmap struct {
	Index  int       `json:"index"`
	Width  int       `json:"width"`
	Height int       `json:"height"`
	Data   []float32 `json:"data"`
	Box    box       `json:"box"`
}

type box struct {
	X      int `json:"x"`
	Y      int `json:"y"`
	Width  int `json:"width"`
	Height int `json:"height"`
}

func boxOf(r image.Rectangle) box { return box{r.Min.X, r.Min.Y, r.Dx(), r.Dy()} }

// classifyFile decodes one image file and classifies it.
func (s *server) classifyFile(ctx context.Context, c *classify.Classifier, file []byte, o classify.Options, took *Stages) (*classification, error) {
	if err := ctx.Err(); err != nil {
		return nil, err // before an image of a batch is decoded that nobody waits for
	}
	start := time.Now()
	header, err := picture.Read(file)
	if err != nil {
		return nil, err
	}
	src, err := header.Decode(file, s.Limits)
	if err != nil {
		return nil, err
	}
	took.Images++
	took.Decode += time.Since(start)
	found, err := c.Classify(ctx, src, o)
	if err != nil {
		return nil, err
	}
	took.Resize += found.Timings.Resize
	took.Network += found.Timings.Network

	a := &classification{Embedding: found.Embedding, Logits: found.Logits}
	if header.AssumedSRGB {
		a.Colour = "assumed sRGB"
	}
	if c.TellsNone() {
		a.NoneOfThese = &found.None
	}
	for _, p := range found.Predictions {
		a.Predictions = append(a.Predictions, prediction(p))
	}
	for _, m := range found.Heatmaps { // one at most
		a.Heatmap = &heatmap{m.Class, m.Width, m.Height, m.Data, boxOf(found.Box)}
	}
	return a, nil
}

// classify is POST /api/classify.
func (s *server) classify(w http.ResponseWriter, r *http.Request) (any, error) {
	o, err := s.readOptions(r.URL.RawQuery)
	if err != nil {
		return nil, err
	}
	leave, err := s.admit(r)
	if err != nil {
		return nil, err
	}
	defer leave()
	file, err := s.readImage(w, r)
	if err != nil {
		return nil, err
	}
	var a *classification
	var took Stages
	err = s.lend(r.Context(), &took, func(c *classify.Classifier) error {
		a, err = s.classifyFile(r.Context(), c, file, o, &took)
		return err
	})
	s.sendTimings(w, &took)
	return struct {
		Model string `json:"model"`
		*classification
	}{s.Model.Name, a}, err
}

// A result is what became of one image of a batch.
type result struct {
	Name string `json:"name,omitempty"` // of the part's file
	*classification
	Problem *Problem `json:"problem,omitempty"`
}

// batch is POST /api/classify/batch. An image that cannot be read does not spoil the others.
func (s *server) batch(w http.ResponseWriter, r *http.Request) (any, error) {
	o, err := s.readOptions(r.URL.RawQuery)
	if err != nil {
		return nil, err
	}
	name, parameters, err := mediaType(r)
	if err != nil {
		return nil, err
	}
	if name != multipartForm {
		return nil, unsupportedType.because("a body of %s; a batch is %s (curl -F a=@one.jpg -F b=@two.jpg)", name, multipartForm)
	}
	leave, err := s.admit(r)
	if err != nil {
		return nil, err
	}
	defer leave()
	body, err := s.readBody(w, r)
	if err != nil {
		return nil, err
	}
	var took Stages
	var results []result
	err = s.lend(r.Context(), &took, func(c *classify.Classifier) error {
		return eachPart(body, parameters["boundary"], MaxImages, func(name string, file []byte) {
			a, err := s.classifyFile(r.Context(), c, file, o, &took)
			one := result{Name: name, classification: a}
			if err != nil {
				one.Problem = problemOf(err)
			}
			results = append(results, one)
		})
	})
	s.sendTimings(w, &took)
	return struct {
		Model   string   `json:"model"`
		Results []result `json:"results"`
	}{s.Model.Name, results}, err
}

// sendTimings sends where the time went, if Config.Timing asks for it.
func (s *server) sendTimings(w http.ResponseWriter, took *Stages) {
	if !s.Timing {
		return
	}
	ms := func(name string, d time.Duration) string {
		return fmt.Sprintf("%s;dur=%.2f", name, float64(d.Microseconds())/1000)
	}
	w.Header().Set("Server-Timing", strings.Join([]string{
		ms("decode", took.Decode), ms("resize", took.Resize), ms("network", took.Network)}, ", "))
}
