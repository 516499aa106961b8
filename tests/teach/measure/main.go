// Measure teaches core/teach with the embeddings that embed left in a folder, and k-nearest neighbours beside it, and prints JSON for
// teach.mjs, which adds Teachable Machine's head and prints tables:
//
//	measure FOLDER DRAWS
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"

	"mobilenet/core/teach"
)

// A draw is pictures of each species that were drawn to learn from, and how many of the test pictures are then named rightly.
type draw struct {
	Each     int     `json:"each"`
	Train    []int   `json:"train"`
	Strength float64 `json:"strength"`
	Ours     int     `json:"ours"`
	Nearest  []int   `json:"nearest"` // for each of neighbours
}

type results struct {
	Model string    `json:"model"`
	Test  []int     `json:"test"` // the test pictures of flowers
	Draws []draw    `json:"draws"`
	None  []unknown `json:"none"`
	// Things are how many of the altered views of one's own things are named rightly, of how many.
	Things [2]int `json:"things"`
}

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: measure FOLDER DRAWS")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "measure:", err)
		os.Exit(1)
	}
}

func run(folder, draws string) error {
	n, err := strconv.Atoi(draws)
	if err != nil {
		return err
	}
	photos, model, err := load(folder)
	if err != nil {
		return err
	}
	r := results{Model: model}
	train, test := photos.of("flowers/train"), photos.of("flowers/test")
	for _, p := range test {
		r.Test = append(r.Test, p.index)
	}
	for _, each := range []int{5, 10, 20, 40} {
		for i := range n {
			d, err := learn(sample(train, each, uint64(i)), test)
			if err != nil {
				return err
			}
			d.Each = each
			r.Draws = append(r.Draws, d)
		}
	}
	if r.None, err = strangers(photos); err != nil {
		return err
	}
	things, err := learn(photos.of("things/train"), photos.of("things/test"))
	if err != nil {
		return err
	}
	r.Things = [2]int{things.Ours, len(photos.of("things/test"))}
	return json.NewEncoder(os.Stdout).Encode(r)
}

// learn teaches the pictures of train, and asks about those of test.
func learn(train, test photos) (draw, error) {
	var d draw
	classifier, validation, err := taught(train)
	if err != nil {
		return d, err
	}
	names := train.classes()
	d.Strength = validation.Strength
	d.Nearest = make([]int, len(neighbours))
	for _, p := range train {
		d.Train = append(d.Train, p.index)
	}
	for _, p := range test {
		probabilities, err := classifier.Probabilities(p.asked())
		if err != nil {
			return d, err
		}
		if names[largest(probabilities)] == p.Class {
			d.Ours++
		}
		for i, k := range neighbours {
			if nearest(train, p, k) == p.Class {
				d.Nearest[i]++
			}
		}
	}
	return d, nil
}

// taught is what core/teach learns from pictures: a strength, then a classifier.
func taught(train photos) (*teach.Classifier, *teach.Validation, error) {
	ctx := context.Background()
	examples := train.examples()
	v, err := teach.Validate(ctx, examples, teach.Options{})
	if err != nil {
		return nil, nil, err
	}
	c, err := teach.Train(ctx, examples, teach.Options{Strength: v.Strength})
	return c, v, err
}

// sample draws so many pictures of each class.
func sample(all photos, each int, seed uint64) photos {
	random := rand.New(rand.NewPCG(seed, uint64(each)))
	var drawn photos
	for _, class := range all.classes() {
		of := all.where(func(p photo) bool { return p.Class == class })
		random.Shuffle(len(of), func(i, j int) { of[i], of[j] = of[j], of[i] })
		drawn = append(drawn, of[:each]...)
	}
	return drawn
}

func largest(values []float64) int {
	best := 0
	for i, v := range values {
		if v > values[best] {
			best = i
		}
	}
	return best
}
