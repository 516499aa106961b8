package main

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/png"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"mobilenet/core/classify"
	"mobilenet/core/pixels"
)

// viridis is Matplotlib's, in nine steps: even in lightness, and told apart with every kind of colour blindness. The page has the same.
var viridis = [...][3]float64{{68, 1, 84}, {71, 44, 122}, {59, 81, 139}, {44, 113, 142}, {33, 144, 141}, {39, 173, 129}, {92, 200, 99}, {170, 220, 50}, {253, 231, 37}}

// opacity is that of the strongest colour: the picture below stays visible.
const opacity = 0.8

// maxDrawn is the longer side that a drawn heat map has at most, in pixels: a map has some fifty values.
const maxDrawn = 1024

func newHeatmap() *cobra.Command {
	var f lookFlags
	var path, class string
	var force bool
	c := newCommand("heatmap [flags] PICTURE", textHeatmap, cobra.ExactArgs(1), func(c *cobra.Command, args []string) error {
		o, err := f.options(args)
		if err != nil {
			return err
		}
		if path == "" {
			path = strings.TrimSuffix(filepath.Base(args[0]), filepath.Ext(args[0])) + ".heatmap.png"
		}
		if _, err := os.Lstat(path); err == nil && !force {
			return fmt.Errorf("%s is there already; give another --output, or --force to replace it", path)
		}
		n, err := f.open(c.Context(), c.ErrOrStderr())
		if err != nil {
			return err
		}
		defer n.Close()
		index, err := classOf(class, n.labels)
		if err != nil {
			return err
		}
		o.Heatmaps, o.TopK = []int{index}, 1
		b := batch[[]byte]{network: n, options: o, workers: 1}
		var drawn *classify.Heatmap
		b.make = func(_ item, p *photo, seen *classify.Classification) ([]byte, error) {
			drawn = seen.Heatmaps[0]
			return drawHeatmap(p.Image, drawn, seen.Box)
		}
		// An item named -, or a name that cannot be read, is said as classify says it.
		return b.run(c.Context(), f.items(c.Context()), func(r result[[]byte]) error {
			if r.err != nil {
				return fmt.Errorf("%s: %w", r.item.name(), cause(r.err))
			}
			if err := writeNew(path, r.value, force); err != nil {
				return err
			}
			fmt.Fprintf(c.OutOrStdout(), "%s: where %s shows %s\n", printable(path), printable(r.item.name()), printable(n.labels[drawn.Class]))
			return nil
		})
	})
	f.add(c)
	c.Flags().StringVarP(&path, "output", "o", "", flagText["heatmap-output"])
	c.Flags().StringVar(&class, "class", "", flagText["class"])
	c.Flags().BoolVar(&force, "force", false, flagText["force"])
	return c
}

// classOf is the class with this label or number; classify.Best where neither is given.
func classOf(class string, labels []string) (int, error) {
	if len(labels) == 0 {
		return 0, classify.ErrNoClassifier
	}
	if class == "" {
		return classify.Best, nil
	}
	for i, l := range labels {
		if strings.EqualFold(l, class) {
			return i, nil
		}
	}
	if i, err := strconv.Atoi(class); err == nil && i >= 0 && i < len(labels) {
		return i, nil
	}
	var like []string
	for _, l := range labels {
		if strings.Contains(strings.ToLower(l), strings.ToLower(class)) && len(like) < 5 {
			like = append(like, strconv.Quote(l))
		}
	}
	if len(like) > 0 {
		return 0, usage("--class %s: the model has no such class, but %s", class, strings.Join(like, ", "))
	}
	return 0, usage("--class %s: the model has no such class; give its label, or its number from 0 to %d", class, len(labels)-1)
}

// drawHeatmap lays a heat map over the part of a picture that it is of, and returns a PNG. Colour and opacity grow with a place's evidence for the
// class; where there is none, the picture stays as it is.
func drawHeatmap(src pixels.Image, m *classify.Heatmap, box image.Rectangle) ([]byte, error) {
	scale := min(1, float64(maxDrawn)/float64(max(src.Width, src.Height)))
	w, h := max(1, int(float64(src.Width)*scale+0.5)), max(1, int(float64(src.Height)*scale+0.5))
	rgb := make([]byte, 3*w*h)
	if err := pixels.Resize(rgb, w, h, src, image.Rect(0, 0, src.Width, src.Height), false); err != nil {
		return nil, err
	}
	most := float32(0)
	for _, v := range m.Data {
		most = max(most, v)
	}
	out := image.NewNRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			from, to := rgb[3*(y*w+x):][:3], out.Pix[out.PixOffset(x, y):][:4]
			copy(to, from)
			to[3] = 255
			// The middle of the pixel, in the box from 0 to 1.
			bx := ((float64(x)+0.5)*float64(src.Width)/float64(w) - float64(box.Min.X)) / float64(box.Dx())
			by := ((float64(y)+0.5)*float64(src.Height)/float64(h) - float64(box.Min.Y)) / float64(box.Dy())
			if most <= 0 || bx < 0 || by < 0 || bx > 1 || by > 1 {
				continue
			}
			strength := max(0, between(m, bx, by)/float64(most))
			alpha := opacity * min(1, strength)
			for c, v := range colour(strength) {
				to[c] = uint8(float64(from[c])*(1-alpha) + v*alpha + 0.5)
			}
		}
	}
	var b bytes.Buffer
	err := png.Encode(&b, out)
	return b.Bytes(), err
}

// between is the map at a place from 0 to 1, interpolated between the middles of its cells.
func between(m *classify.Heatmap, x, y float64) float64 {
	cell := func(at float64, n int) (i, j int, share float64) {
		at = min(max(at*float64(n)-0.5, 0), float64(n-1))
		i = int(at)
		return i, min(i+1, n-1), at - float64(i)
	}
	x0, x1, sx := cell(x, m.Width)
	y0, y1, sy := cell(y, m.Height)
	at := func(y, x int) float64 { return float64(m.Data[y*m.Width+x]) }
	return (at(y0, x0)*(1-sx)+at(y0, x1)*sx)*(1-sy) + (at(y1, x0)*(1-sx)+at(y1, x1)*sx)*sy
}

// colour is viridis at a strength from 0 to 1.
func colour(strength float64) (rgb [3]float64) {
	at := min(max(strength, 0), 1) * float64(len(viridis)-1)
	i := min(int(at), len(viridis)-2)
	for c := range rgb {
		rgb[c] = viridis[i][c] + (viridis[i+1][c]-viridis[i][c])*(at-float64(i))
	}
	return rgb
}

// writeNew writes a file that was not there, or with force in place of one that was, whole or not at all.
func writeNew(path string, data []byte, force bool) error {
	tmp, err := os.CreateTemp(filepath.Dir(path), ".depthwise-*")
	if err != nil {
		return fmt.Errorf("%s: %w", path, cause(err))
	}
	defer os.Remove(tmp.Name())
	_, err = tmp.Write(data)
	if err = errors.Join(err, tmp.Chmod(0o644), tmp.Close()); err != nil {
		return fmt.Errorf("%s: %w", path, cause(err))
	}
	if force {
		return os.Rename(tmp.Name(), path)
	}
	return place(tmp.Name(), path)
}

// place gives a finished file its name, unless something has it: that is fs.ErrExist.
func place(from, to string) error {
	err := os.Link(from, to) // in one step, unlike a look and a renaming
	if err == nil || errors.Is(err, fs.ErrExist) {
		return err
	}
	if _, err := os.Lstat(to); err == nil { // a file system without links
		return &fs.PathError{Op: "rename", Path: to, Err: fs.ErrExist}
	}
	return os.Rename(from, to)
}
