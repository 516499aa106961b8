package main

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"

	"mobilenet/core/teach"
)

// A photo is one of embed's, with the embeddings of its views.
type photo struct {
	Set, Class, Name string
	index            int
	views            [][]float32
}

type photos []photo

// load reads what embed wrote.
func load(folder string) (all photos, model string, err error) {
	var index struct {
		Model       string
		Views, Size int
		Photos      photos
	}
	list, err := os.ReadFile(filepath.Join(folder, "embeddings.json"))
	if err != nil {
		return nil, "", err
	}
	if err := json.Unmarshal(list, &index); err != nil {
		return nil, "", err
	}
	data, err := os.ReadFile(filepath.Join(folder, "embeddings.bin"))
	if err != nil {
		return nil, "", err
	}
	if len(data) != 4*index.Views*index.Size*len(index.Photos) {
		return nil, "", fmt.Errorf("%d bytes of embeddings of %d photos", len(data), len(index.Photos))
	}
	for i := range index.Photos {
		p := &index.Photos[i]
		p.index = i
		for range index.Views {
			v := make([]float32, index.Size)
			for j := range v {
				v[j] = math.Float32frombits(binary.LittleEndian.Uint32(data[4*j:]))
			}
			data = data[4*index.Size:]
			p.views = append(p.views, v)
		}
	}
	return index.Photos, index.Model, nil
}

func (all photos) where(wanted func(photo) bool) photos {
	var found photos
	for _, p := range all {
		if wanted(p) {
			found = append(found, p)
		}
	}
	return found
}

func (all photos) of(set string) photos {
	return all.where(func(p photo) bool { return p.Set == set })
}

// classes are the names of the classes in their order, which is the order of core/teach's.
func (all photos) classes() []string {
	var names []string
	for _, p := range all {
		if !slices.Contains(names, p.Class) {
			names = append(names, p.Class)
		}
	}
	slices.Sort(names)
	return names
}

// examples are the pictures with two views each: the square, and mirrored the centre.
func (all photos) examples() []teach.Example {
	names := all.classes()
	var examples []teach.Example
	for _, p := range all {
		examples = append(examples, teach.Example{Class: slices.Index(names, p.Class), Views: p.views[:2]})
	}
	return examples
}

// taught is the embedding that is learned from, where a method learns from one.
func (p photo) taught() []float32 {
	mean := make([]float32, len(p.views[0]))
	for j := range mean {
		mean[j] = (p.views[0][j] + p.views[1][j]) / 2
	}
	return mean
}

// asked is the embedding of the view that is asked about: the centre, as classify has it by default.
func (p photo) asked() []float32 { return p.views[3] }

// neighbours are the numbers of neighbours that are tried.
var neighbours = []int{1, 3, 5}

// nearest is what most of the k nearest pictures are, by the angle between embeddings, as TensorFlow.js' KNN classifier has it. Of as many the
// nearer decides.
func nearest(train photos, p photo, k int) string {
	type near struct {
		class  string
		cosine float64
	}
	var all []near
	for _, t := range train {
		all = append(all, near{t.Class, cosine(t.taught(), p.asked())})
	}
	slices.SortStableFunc(all, func(a, b near) int {
		switch {
		case a.cosine > b.cosine:
			return -1
		case a.cosine < b.cosine:
			return 1
		}
		return 0
	})
	votes, best := map[string]int{}, ""
	for _, n := range all[:k] {
		votes[n.class]++
	}
	for _, n := range all[:k] {
		if best == "" || votes[n.class] > votes[best] {
			best = n.class
		}
	}
	return best
}

func cosine(a, b []float32) float64 {
	var ab, aa, bb float64
	for i, x := range a {
		ab += float64(x) * float64(b[i])
		aa += float64(x) * float64(x)
		bb += float64(b[i]) * float64(b[i])
	}
	return ab / math.Sqrt(aa*bb)
}
