//go:build js && wasm

package main

import (
	"context"
	"fmt"
	"syscall/js"
	"time"

	"mobilenet/core/mobilenet"
	"mobilenet/core/teach"
)

// embeddings is used again by the next call, for Go's memory never shrinks (golang/go#59061), and there may be thousands of examples.
var embeddings []float32

// learn takes examples and how to learn, and gives a head: web/mobilenet/workshop.ts says what crosses.
func learn(args js.Value) (js.Value, *failure) {
	embeddings = values32(embeddings, args.Get("embeddings"))
	examples, err := examplesOf(embeddings, args)
	if err != nil {
		return js.Value{}, &failure{badArgument, err}
	}
	done, tell := 0.0, args.Get("onProgress")
	report := func(now float64) {
		done = now
		tell.Invoke(done)
	}
	learned, err := teach.Learn(&alive{Context: context.Background(), tell: func() { report(done) }, last: time.Now()}, examples, teach.LearnOptions{
		Validate: args.Get("validate").Bool(),
		Curve:    args.Get("curve").Bool(),
		Keep:     args.Get("keep").Float(),
		Start:    startOf(args.Get("start")),
		Progress: report,
	})
	if err != nil {
		return js.Value{}, &failure{badArgument, err}
	}
	return resultOf(learned), nil
}

// examplesOf parts the embeddings of all views of all examples.
func examplesOf(embeddings []float32, args js.Value) ([]teach.Example, error) {
	views, classes, size := values32[int32](nil, args.Get("views")), values32[int32](nil, args.Get("classes")), args.Get("size").Int()
	examples := make([]teach.Example, len(views))
	for i, n := range views {
		if size < 1 || n < 1 || len(classes) != len(views) || len(embeddings) < int(n)*size {
			return nil, fmt.Errorf("example %d of %d has %d embeddings of %d numbers, of %d that are left", i, len(views), n, size, len(embeddings))
		}
		examples[i].Class = int(classes[i])
		for range n {
			examples[i].Views = append(examples[i].Views, embeddings[:size:size])
			embeddings = embeddings[size:]
		}
	}
	return examples, nil
}

// startOf is a classifier to begin from, if there is one. Classes of it that no example has any more are numbered as none is.
func startOf(v js.Value) *teach.Classifier {
	if v.IsUndefined() {
		return nil
	}
	c := &teach.Classifier{
		Head:     mobilenet.Head{Weights: values32[float32](nil, v.Get("weights")), Bias: values32[float32](nil, v.Get("bias"))},
		Strength: v.Get("strength").Float(),
	}
	for _, class := range values32[int32](nil, v.Get("classes")) {
		c.Classes = append(c.Classes, int(class))
	}
	if threshold := v.Get("threshold"); !threshold.IsUndefined() {
		c.Head.Unknown = &mobilenet.Unknown{Centre: []float32{}, Threshold: threshold.Float()} // a new centre takes the place of this one
	}
	return c
}

// alive is a context that tells the page each second that the work goes on: the page takes a worker that is silent for dead, and none
// answers while Go computes.
type alive struct {
	context.Context
	tell func()
	last time.Time
}

func (a *alive) Err() error {
	if time.Since(a.last) >= time.Second {
		a.tell()
		a.last = time.Now()
	}
	return a.Context.Err()
}

func resultOf(l *teach.Learned) js.Value {
	result := newObject()
	result.Set("weights", floatArray(l.Head.Weights))
	result.Set("bias", floatArray(l.Head.Bias))
	result.Set("strength", l.Strength)
	if u := l.Head.Unknown; u != nil && u.Centre != nil {
		result.Set("centre", floatArray(u.Centre))
		result.Set("threshold", u.Threshold)
	}
	if l.Report != nil {
		report := reportOf(l.Report)
		if l.Curve != nil {
			report["curve"] = list(l.Curve, func(p teach.CurvePoint) any {
				return map[string]any{"examples": p.Examples, "accuracy": p.Accuracy}
			})
		}
		result.Set("report", report)
	}
	return result
}

func reportOf(r *teach.Report) map[string]any {
	index := map[int]int{} // of a class in the report
	for i, class := range r.Classes {
		index[class] = i
	}
	return map[string]any{
		"folds": r.Folds, "tested": r.Tested, "accuracy": r.Accuracy,
		"classes": list(r.Each, func(c teach.ClassReport) any {
			return map[string]any{
				"examples": c.Examples, "tested": c.Tested, "answered": c.Answered, "right": c.Right,
				"precision": c.Precision, "recall": c.Recall,
			}
		}),
		"confusion": list(r.Cells, func(row [][]int) any {
			return list(row, func(cell []int) any { return list(cell, func(example int) any { return example }) })
		}),
		"doubtful": list(r.Doubtful, func(d teach.Doubt) any {
			return map[string]any{"example": d.Example, "seems": index[d.Says], "probability": d.Probability, "own": d.Own}
		}),
	}
}
