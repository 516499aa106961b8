package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"mobilenet/core/classify"
	"mobilenet/core/tflite"
	"mobilenet/web/build/output"
	"mobilenet/weights"
)

// plain is a name that needs no escaping in an address or a file system.
var plain = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9._-]*$`)

// local takes the model in the file from: the one on the list with its SHA-256 or, where the list does not have it, a model of the
// caller's own. A file that is named as one of the list has to be it.
func (f *fetcher) local(ctx context.Context, from, name, labels string) error {
	data, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	sum := output.SHA256(data)
	for i := range f.list.Models {
		m := &f.list.Models[i]
		if m.SHA256 != sum {
			continue
		}
		if name != "" && name != m.Name {
			return fmt.Errorf("%s is %s, not %s", from, m.Name, name)
		}
		if labels != "" {
			return fmt.Errorf("%s is %s of the list, which has its own labels: leave --labels out", from, m.Name)
		}
		path := filepath.Join(f.dir, f.list.Entry(m).File)
		got, err := m.Copy(from, path)
		if err != nil {
			return err
		}
		f.report(m.Name, path, m.Size, got)
		if err := f.labels(ctx, m); err != nil {
			return err
		}
		return f.index()
	}
	if name == "" {
		name = strings.TrimSuffix(filepath.Base(from), filepath.Ext(from))
	}
	if m, err := f.list.Find(name); err == nil {
		return fmt.Errorf("refused: %w; a model of your own needs another name: --from %s NAME", m.Verify(from), from)
	}
	if !plain.MatchString(name) {
		return fmt.Errorf("%q cannot name a model: use letters, digits, '.', '_' and '-'", name)
	}
	entry, err := f.own(ctx, data, name, labels)
	if err != nil {
		return fmt.Errorf("%s: %w", from, err)
	}
	return f.index(entry)
}

// own adds a model that the list does not have, after reading it as the page will.
func (f *fetcher) own(ctx context.Context, data []byte, name, labels string) (weights.Entry, error) {
	model, err := tflite.Read(data)
	if err != nil {
		return weights.Entry{}, err
	}
	e := weights.Entry{
		Name: name, Alpha: model.Alpha, Resolution: model.Resolution, Classes: model.Answers(), Type: model.Type.String(),
		Size: int64(len(data)), SHA256: output.SHA256(data),
	}
	e.File = output.HashedName(name+".tflite", ".", e.SHA256)
	said, err := tflite.ReadMetadata(data)
	if err != nil {
		fmt.Fprintf(f.stdout, "%v\n", err)
	}
	if said == nil {
		said = &tflite.Metadata{}
	}
	e.License = said.License
	_, misfit := classify.FitLabels(said.Labels, e.Classes)
	switch first := f.list.Models[0]; {
	case labels != "":
		text, err := os.ReadFile(labels)
		if err != nil {
			return e, err
		}
		if _, err := classify.FitLabels(classify.ParseLabels(string(text)), e.Classes); err != nil {
			return e, fmt.Errorf("%s: %w", labels, err)
		}
		e.Labels = output.HashedName("labels.txt", ".", output.SHA256(text))
		if err := output.WriteFile(filepath.Join(f.dir, e.Labels), text); err != nil {
			return e, err
		}
	case e.Classes > 0 && said.Labels != nil && misfit == nil:
		text := []byte(strings.Join(said.Labels, "\n") + "\n")
		e.Labels = output.HashedName("labels.txt", ".", output.SHA256(text))
		if err := output.WriteFile(filepath.Join(f.dir, e.Labels), text); err != nil {
			return e, err
		}
		fmt.Fprintf(f.stdout, "the labels are those in the file; if they should be others, give --labels FILE\n")
	case e.Classes == first.Classes || e.Classes == first.Classes-1:
		fmt.Fprintf(f.stdout, "%d classes: taken for ImageNet's; if they are others, give --labels FILE\n", e.Classes)
		e.Labels = f.list.Entry(&first).Labels
		if err := f.labels(ctx, &first); err != nil {
			return e, err
		}
	case e.Classes > 0:
		fmt.Fprintf(f.stdout, "no labels: the page will say \"class 17\"; give --labels FILE\n")
	}
	path := filepath.Join(f.dir, e.File)
	if err := output.WriteFile(path, data); err != nil {
		return e, err
	}
	f.report(name, path, e.Size, true)
	return e, nil
}
