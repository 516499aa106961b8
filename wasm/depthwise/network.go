package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/term"

	"mobilenet/core/classify"
	"mobilenet/core/mobilenet"
	"mobilenet/core/native"
	"mobilenet/core/tflite"
	"mobilenet/weights"
)

// A network is a model, ready to run, and the names of its classes.
type network struct {
	name    string // in the list of models, or the file's without its ending
	file    []byte // the .tflite file, which the model's weights lie in
	model   *mobilenet.Model
	labels  []string // nil: it has none
	program *native.Program
}

func (n *network) Close() error { return n.program.Close() }

// maxModel bounds the size of a .tflite file. The largest network of the two families, in floating point, has 55 MB.
const maxModel = 512 << 20

// A chosen names a model and where its labels are.
type chosen struct {
	model  string // a name in the list, or a file; empty: the default model
	labels string // a file; empty: the model's own
}

// open finds the model, fetches what is missing, and compiles it.
func (c *chosen) open(ctx context.Context, stderr io.Writer) (*network, error) {
	n, err := c.read(ctx, stderr)
	if err != nil {
		return nil, err
	}
	if n.program, err = native.Compile(n.model); err != nil {
		return nil, fmt.Errorf("%s: %w", n.name, err)
	}
	return n, nil
}

// read finds the model, and fetches what is missing.
func (c *chosen) read(ctx context.Context, stderr io.Writer) (*network, error) {
	list, err := weights.Default()
	if err != nil {
		return nil, err
	}
	store := &store{list: list, stderr: stderr}
	n, kept, err := c.load(ctx, store)
	if err != nil {
		return nil, err
	}
	if n.model, err = tflite.Read(n.file); err != nil {
		return nil, fmt.Errorf("%s: %w", c.model, err)
	}
	if n.labels, err = c.names(ctx, store, n, kept); err != nil {
		return nil, err
	}
	// What does not fit is to be told before any picture is looked at.
	if n.labels, err = classify.FitLabels(n.labels, n.model.Answers()); err != nil {
		where := c.labels
		if where == "" {
			where = n.name
		}
		return nil, fmt.Errorf("%s: %w; --labels FILE gives others", where, err)
	}
	return n, nil
}

// load reads the model's file: one of the user's own, or one of the list, which is given too.
func (c *chosen) load(ctx context.Context, s *store) (*network, *weights.Model, error) {
	name := c.model
	if name == "" {
		name = s.list.Models[0].Name
	}
	listed, err := s.list.Find(name)
	if err == nil {
		data, err := s.model(ctx, listed)
		return &network{name: name, file: data}, listed, err
	}
	if !strings.ContainsAny(name, `/\`) && filepath.Ext(name) == "" {
		if data, labels, err := s.put(name); err != nil || data != nil {
			if c.labels == "" {
				c.labels = labels
			}
			return &network{name: name, file: data}, nil, err
		}
	}
	data, readErr := readBounded(name, maxModel)
	if errors.Is(readErr, os.ErrNotExist) {
		return nil, nil, fmt.Errorf("--model %s: there is no such file, and %w", name, err)
	}
	base := filepath.Base(name)
	return &network{name: strings.TrimSuffix(base, filepath.Ext(base)), file: data}, nil, readErr
}

// names are the labels: those of --labels, those in the file, those that the list has for the model or, where there are as many classes as
// ImageNet's networks have, ImageNet's.
func (c *chosen) names(ctx context.Context, s *store, n *network, listed *weights.Model) ([]string, error) {
	if c.labels != "" {
		text, err := readBounded(c.labels, 16<<20)
		if err != nil {
			return nil, err
		}
		return classify.ParseLabels(string(text)), nil
	}
	if listed != nil {
		text, err := s.labels(ctx, listed)
		return classify.ParseLabels(string(text)), err
	}
	said, err := tflite.ReadMetadata(n.file)
	if err != nil {
		fmt.Fprintf(s.stderr, "%s: %s\n", printable(n.name), printableLines(err.Error()))
	}
	if said != nil && said.Labels != nil {
		if _, err := classify.FitLabels(said.Labels, n.model.Answers()); err == nil {
			return said.Labels, nil
		}
	}
	if first := &s.list.Models[0]; n.model.Answers() == first.Classes || n.model.Answers() == first.Classes-1 {
		text, err := s.labels(ctx, first)
		return classify.ParseLabels(string(text)), err
	}
	return nil, nil
}

// readBounded reads a file of at most so many bytes.
func readBounded(name string, most int64) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, most+1))
	if err == nil && int64(len(data)) > most {
		err = fmt.Errorf("%s has more than %d MB; is it the right file?", name, most>>20)
	}
	return data, err
}

// isTerminal reports whether f is one.
func isTerminal(f any) bool {
	file, ok := f.(*os.File)
	return ok && term.IsTerminal(int(file.Fd()))
}
