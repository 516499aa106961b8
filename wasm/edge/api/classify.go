package api

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"mobilenet/core/classify"
	"mobilenet/core/mobilenet"
	"mobilenet/core/picture"
	"mobilenet/core/pixels"
)

// options are a classification's parameters.
type options struct {
	top                        int
	crop                       pixels.Crop
	embedding, heatmap, logits bool
}

func readOptions(query url.Values) (o options, err error) {
	o.top = 5
	for name, values := range query {
		value := values[len(values)-1]
		switch name {
		case "top":
			if o.top, err = strconv.Atoi(value); err != nil || o.top < 1 {
				return o, badParameter.because("top=%s: a number from 1 on is needed", value)
			}
		case "crop":
			if o.crop, err = pixels.ParseCrop(value); err != nil {
				return o, badParameter.because("%v", err)
			}
		case "embedding":
			o.embedding, err = readFlag(name, value)
		case "heatmap":
			o.heatmap, err = readFlag(name, value)
		case "logits":
			o.logits, err = readFlag(name, value)
		default:
			return o, badParameter.because("there is no parameter %q; there are top, crop, embedding, heatmap and logits", name)
		}
		if err != nil {
			return o, err
		}
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

// An answer is what the network sees in a picture.
type answer struct {
	Predictions []prediction `json:"predictions"`
	Embedding   []float32    `json:"embedding,omitempty"`
	Heatmap     *heatmap     `json:"heatmap,omitempty"`
	Logits      []float32    `json:"logits,omitempty"`
}

type prediction struct {
	Index       int     `json:"index"` // in the model's output, background included
	Label       string  `json:"label"`
	Probability float64 `json:"probability"`
}

// A heatmap tells how much each part of the box, which the network saw of the upright picture, speaks for class Index.
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

// stages are where the time goes.
type stages struct{ decode, resize, network time.Duration }

// look decodes one picture and runs the network on it.
func (s *server) look(ctx context.Context, c *classify.Classifier, file []byte, o options, took *stages) (*answer, error) {
	start := time.Now()
	src, err := picture.Decode(file, s.Limits)
	if err != nil {
		return nil, err
	}
	decoded := time.Now()
	r := c.Model().Resolution
	rgb := make([]byte, 3*r*r)
	seen := o.crop.Box(src.Width, src.Height)
	if err := pixels.Resize(rgb, r, src, seen, false); err != nil {
		return nil, err
	}
	resized := time.Now()
	found, err := c.ClassifyInputs(ctx, [][]byte{rgb}, classify.Options{TopK: o.top, Embedding: o.embedding})
	if err != nil {
		return nil, err
	}
	took.decode += decoded.Sub(start)
	took.resize += resized.Sub(decoded)
	took.network += time.Since(resized)

	a := &answer{Embedding: found.Embedding}
	for _, p := range found.Predictions {
		a.Predictions = append(a.Predictions, prediction(p))
	}
	if o.logits {
		var result mobilenet.Result
		if err := c.Run(ctx, rgb, mobilenet.Want{}, &result); err != nil {
			return nil, err
		}
		a.Logits = result.Logits
	}
	if o.heatmap {
		best := found.Predictions[0].Index
		m, err := c.Heatmap(ctx, rgb, best)
		if err != nil {
			return nil, err
		}
		a.Heatmap = &heatmap{best, m.Width, m.Height, m.Data, box{seen.Min.X, seen.Min.Y, seen.Dx(), seen.Dy()}}
	}
	return a, nil
}

// classify is POST /api/classify.
func (s *server) classify(w http.ResponseWriter, r *http.Request) (any, error) {
	o, err := readOptions(r.URL.Query())
	if err != nil {
		return nil, err
	}
	file, err := s.readPicture(w, r)
	if err != nil {
		return nil, err
	}
	c, err := s.open()
	if err != nil {
		return nil, err
	}
	var took stages
	a, err := s.look(r.Context(), c, file, o, &took)
	s.tell(w, &took)
	return struct {
		Model string `json:"model"`
		*answer
	}{s.Model.Name, a}, err
}

// A result is what became of one picture of a batch.
type result struct {
	Name string `json:"name,omitempty"` // of the part's file
	*answer
	Problem *Problem `json:"problem,omitempty"`
}

// batch is POST /api/classify/batch. A picture that cannot be read does not spoil the others.
func (s *server) batch(w http.ResponseWriter, r *http.Request) (any, error) {
	o, err := readOptions(r.URL.Query())
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
	body, err := s.readBody(w, r)
	if err != nil {
		return nil, err
	}
	c, err := s.open()
	if err != nil {
		return nil, err
	}
	var took stages
	var results []result
	err = eachPart(body, parameters["boundary"], MaxPictures, func(name string, file []byte) {
		a, err := s.look(r.Context(), c, file, o, &took)
		one := result{Name: name, answer: a}
		if err != nil {
			one.Problem = problemOf(err)
		}
		results = append(results, one)
	})
	s.tell(w, &took)
	return struct {
		Model   string   `json:"model"`
		Results []result `json:"results"`
	}{s.Model.Name, results}, err
}

// tell sends where the time went, if that is wanted.
func (s *server) tell(w http.ResponseWriter, took *stages) {
	if !s.Timing {
		return
	}
	ms := func(name string, d time.Duration) string {
		return fmt.Sprintf("%s;dur=%.2f", name, float64(d.Microseconds())/1000)
	}
	w.Header().Set("Server-Timing", strings.Join([]string{
		ms("decode", took.decode), ms("resize", took.resize), ms("network", took.network)}, ", "))
}
