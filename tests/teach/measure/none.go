package main

import (
	"fmt"
	"math"
	"slices"

	"mobilenet/core/mobilenet"
	"mobilenet/core/teach"
)

// An unknown is one measurement of "none of these": who is taught, how many strangers each score refuses where 90% of the known are kept, and
// what the threshold does that was found without seeing them.
type unknown struct {
	Name     string             `json:"name"`
	Refused  map[string]float64 `json:"refused"`
	Area     map[string]float64 `json:"area"` // under the curve of known kept over strangers kept
	Kept     float64            `json:"kept"` // by the threshold
	Rejected float64            `json:"rejected"`
}

const (
	ours        = "direction"
	probability = "probability"
	energy      = "energy"
)

// strangers measures with four species of the twelve left out in turn, with two species known, and with things of one's own.
func strangers(all photos) ([]unknown, error) {
	train, test := all.of("flowers/train"), all.of("flowers/test")
	names := train.classes()
	var list []unknown
	add := func(name string, train, known, strange photos) error {
		u, err := refusals(train, known, strange)
		u.Name = name
		list = append(list, u)
		return err
	}
	for _, each := range []int{40, 10} {
		for way := range 3 {
			out := names[4*way:][:4]
			is := func(p photo) bool { return slices.Contains(out, p.Class) }
			not := func(p photo) bool { return !is(p) }
			if err := add(fmt.Sprintf("8 species of %d pictures, without %s to %s", each, out[0], out[3]), sample(train.where(not), each, 0), test.where(not), test.where(is)); err != nil {
				return nil, err
			}
		}
	}
	for way := range 6 {
		in := names[2*way:][:2]
		is := func(p photo) bool { return slices.Contains(in, p.Class) }
		not := func(p photo) bool { return !is(p) }
		if err := add(fmt.Sprintf("%s and %s, 20 pictures", in[0], in[1]), sample(train.where(is), 20, 0), test.where(is), test.where(not)); err != nil {
			return nil, err
		}
	}
	return list, add("20 things of one's own", all.of("things/train"), all.of("things/test"), all.of("things/strangers"))
}

func refusals(train, known, strange photos) (unknown, error) {
	u := unknown{Refused: map[string]float64{}, Area: map[string]float64{}}
	classifier, validation, err := taught(train)
	if err != nil {
		return u, err
	}
	threshold, err := validation.Unknown(0.9)
	if err != nil {
		return u, err
	}
	k, s := scores(classifier, threshold, known), scores(classifier, threshold, strange)
	for name := range k {
		sorted := slices.Sorted(slices.Values(k[name]))
		at := sorted[len(sorted)/10]
		u.Refused[name] = 1 - atLeast(s[name], at)
		for _, v := range k[name] {
			u.Area[name] += (1 - atLeast(s[name], v)) / float64(len(k[name]))
		}
	}
	u.Kept, u.Rejected = atLeast(k[ours], threshold.Threshold), 1-atLeast(s[ours], threshold.Threshold)
	return u, nil
}

// scores are those of each method: the more, the better known.
func scores(c *teach.Classifier, u *mobilenet.Unknown, all photos) map[string][]float64 {
	list := map[string][]float64{}
	for _, p := range all {
		exact := c.Head.Logits(nil, p.asked())
		var logits []float32
		sum := 0.0
		peak := slices.Max(exact)
		for _, v := range exact {
			logits = append(logits, float32(v))
			sum += math.Exp(v - peak)
		}
		list[ours] = append(list[ours], u.Score(logits, p.asked()))
		list[probability] = append(list[probability], 1/sum)
		list[energy] = append(list[energy], peak+math.Log(sum))
	}
	return list
}

// atLeast is the share of values of at least a threshold.
func atLeast(values []float64, threshold float64) float64 {
	n := 0
	for _, v := range values {
		if v >= threshold {
			n++
		}
	}
	return float64(n) / float64(len(values))
}
