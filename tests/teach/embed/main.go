// Embed computes the embeddings that make teach measures with, and keeps them in a folder, for they take minutes:
//
//	embed MODEL SHARED FOLDER
//
// FOLDER gets embeddings.json, a list of pictures with set, class and name, and embeddings.bin, float32, little-endian, for each picture
// its views one after the other.
package main

import (
	"bufio"
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"mobilenet/core/mobilenet"
	"mobilenet/core/picture"
	"mobilenet/core/pixels"
	"mobilenet/core/simd"
	"mobilenet/core/simd/wazerohost"
	"mobilenet/core/tflite"
)

// A photo is a picture of one of the sets: "flowers/train", "flowers/test", "things/train", "things/test", "things/strangers".
type photo struct {
	Set   string `json:"set"`
	Class string `json:"class"`
	Name  string `json:"name"`
}

// views are how each photo is seen: those of pixels.Views, in their order. The last is the one that classify has by default.
const views = 4

// An index says what embeddings.bin holds.
type index struct {
	Model  string  `json:"model"`
	Views  int     `json:"views"`
	Size   int     `json:"size"`
	Photos []photo `json:"photos"`
}

func main() {
	if len(os.Args) != 4 {
		fmt.Fprintln(os.Stderr, "usage: embed MODEL SHARED FOLDER")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Args[2], os.Args[3]); err != nil {
		fmt.Fprintln(os.Stderr, "embed:", err)
		os.Exit(1)
	}
}

func run(modelFile, shared, folder string) error {
	file, err := os.ReadFile(modelFile)
	if err != nil {
		return err
	}
	model, err := tflite.Read(file)
	if err != nil {
		return err
	}
	engine, err := simd.New(model, simd.Capabilities{Threads: 1}, wazerohost.Host{})
	if err != nil {
		return err
	}
	defer engine.Close()
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	bin, err := os.Create(filepath.Join(folder, "embeddings.bin"))
	if err != nil {
		return err
	}
	defer bin.Close()
	e := &embedder{model: model, engine: engine, out: bufio.NewWriter(bin), input: make([]byte, model.InputShape().Len())}
	e.index.Model, e.index.Views = filepath.Base(modelFile), views
	if err := flowers(e, filepath.Join(shared, "flowers")); err != nil {
		return err
	}
	if err := things(e, filepath.Join(shared, "photos")); err != nil {
		return err
	}
	if err := e.out.Flush(); err != nil {
		return err
	}
	list, err := json.Marshal(e.index)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(folder, "embeddings.json"), list, 0o644)
}

type embedder struct {
	model  *mobilenet.Model
	engine mobilenet.Engine
	out    *bufio.Writer
	input  []byte
	result mobilenet.Result
	index  index
}

// add writes the embeddings of a photo's views.
func (e *embedder) add(p photo, src pixels.Image) error {
	in := e.model.InputShape()
	seen, err := pixels.Views(views, pixels.Center)
	if err != nil {
		return err
	}
	for _, v := range seen {
		if err := pixels.Resize(e.input, in.W, in.H, src, v.Crop.Box(src.Width, src.Height, in.W, in.H), v.Mirror); err != nil {
			return err
		}
		if err := e.engine.Run(context.Background(), e.input, mobilenet.Want{Embedding: true}, &e.result); err != nil {
			return err
		}
		if err := binary.Write(e.out, binary.LittleEndian, e.result.Embedding); err != nil {
			return err
		}
	}
	e.index.Size = len(e.result.Embedding)
	e.index.Photos = append(e.index.Photos, p)
	return nil
}

// limits are those of a trusted folder.
var limits = picture.Limits{Bytes: 1 << 28, Pixels: pixels.MaxPixels, Memory: 1 << 31}

func open(name string) (pixels.Image, error) {
	file, err := os.ReadFile(name)
	if err != nil {
		return pixels.Image{}, err
	}
	return picture.Decode(file, limits)
}

// flowers adds the twelve species, a folder each.
func flowers(e *embedder, folder string) error {
	for _, part := range []string{"train", "test"} {
		files, err := filepath.Glob(filepath.Join(folder, part, "*", "*.jpg"))
		if err != nil {
			return err
		}
		slices.Sort(files)
		for _, file := range files {
			src, err := open(file)
			if err != nil {
				return err
			}
			class := filepath.Base(filepath.Dir(file))
			if err := e.add(photo{"flowers/" + part, class, filepath.Base(file)}, src); err != nil {
				return fmt.Errorf("%s: %w", file, err)
			}
		}
	}
	return nil
}

// every is how many photos there are for one that is taught.
const every = 5

// things adds every fifth photo as a thing of one's own, altered ten times to learn from and ten times to test, and the others as
// strangers.
func things(e *embedder, folder string) error {
	files, err := filepath.Glob(filepath.Join(folder, "*.JPEG"))
	if err != nil {
		return err
	}
	slices.Sort(files)
	for i, file := range files {
		src, err := open(file)
		if err != nil {
			return err
		}
		name := strings.TrimSuffix(filepath.Base(file), ".JPEG")
		if i%every != 0 {
			if err := e.add(photo{"things/strangers", "", name}, src); err != nil {
				return err
			}
			continue
		}
		random := rand.New(rand.NewPCG(1, uint64(i)))
		for n := range 20 {
			set := [2]string{"things/train", "things/test"}[n/10]
			if err := e.add(photo{set, name, fmt.Sprintf("%s %d", name, n)}, alter(src, random)); err != nil {
				return err
			}
		}
	}
	return nil
}
