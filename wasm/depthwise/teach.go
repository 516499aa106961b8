package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"mobilenet/core/classify"
	"mobilenet/core/teach"
	"mobilenet/core/tflite"
)

func newTeach() *cobra.Command {
	var f lookFlags
	var path, counter string
	var keep float64
	var force bool
	c := newCommand("teach [flags] --output MODEL.tflite FOLDER", textTeach, cobra.ExactArgs(1), func(c *cobra.Command, args []string) error {
		if !c.Flags().Changed("views") {
			f.views = 2
		}
		o, err := f.options(args)
		switch {
		case err != nil:
			return err
		case path == "":
			return usage("teach needs --output FILE, where the model is to be written")
		case !(keep >= 0 && keep <= 1):
			return usage("--keep %v: a share between 0 and 1 is needed", keep)
		}
		if _, err := os.Lstat(path); err == nil && !force {
			return fmt.Errorf("%s is there already; give another --output, or --force to replace it", path)
		}
		l := lesson{root: filepath.Clean(args[0]), counter: counter}
		if err := l.list(); err != nil {
			return err
		}
		n, err := f.open(c.Context(), c.ErrOrStderr())
		if err != nil {
			return err
		}
		defer n.Close()
		o.Embeddings, o.TopK = true, 1
		r := run[[][]float32]{flags: &f, stderr: c.ErrOrStderr(), batch: batch[[][]float32]{network: n, options: o}, each: l.add}
		r.batch.make = func(_ item, _ *photo, seen *classify.Classification) ([][]float32, error) {
			return seen.Embeddings, nil
		}
		looked := r.do(c.Context())
		if looked != nil && !errors.Is(looked, errSaid) {
			return looked
		}
		learned, err := teach.Learn(c.Context(), l.examples, teach.LearnOptions{Validate: true, Curve: true, Keep: keep})
		if err != nil {
			return fmt.Errorf("%s: %w", l.root, err)
		}
		labels := l.labels(learned)
		taught, err := n.model.WithClassifier(&learned.Head)
		if err != nil {
			return err
		}
		file, err := tflite.Write(taught, &tflite.Metadata{Name: strings.TrimSuffix(filepath.Base(path), filepath.Ext(path)), Labels: labels})
		if err != nil {
			return err
		}
		if err := l.report(c.OutOrStdout(), learned, labels); err != nil {
			return err
		}
		if err := writeNew(path, file, force); err != nil {
			return err
		}
		fmt.Fprintf(c.OutOrStdout(), "\n%s has %.1f MB. Try it: depthwise classify --model %s PHOTO\n", printable(path), float64(len(file))/1e6, printable(path))
		return looked
	})
	f.add(c)
	c.Flags().StringVarP(&path, "output", "o", "", flagText["teach-output"])
	c.Flags().StringVar(&counter, "counter", folderNone, flagText["counter"])
	c.Flags().Float64Var(&keep, "keep", 0.9, flagText["keep"])
	c.Flags().BoolVar(&force, "force", false, flagText["force"])
	return c
}

// A lesson is a folder with a sub-folder for each class.
type lesson struct {
	root    string
	counter string // the name of the folder with pictures of none of the classes, which may be missing

	classes  []string // without that one
	examples []teach.Example
	names    []string // of the examples
}

// list finds the classes, and refuses pictures that belong to none.
func (l *lesson) list() error {
	entries, err := os.ReadDir(l.root)
	if err != nil {
		return fmt.Errorf("%s: %w", l.root, cause(err))
	}
	for _, e := range entries {
		switch name := filepath.Join(l.root, e.Name()); {
		case strings.HasPrefix(e.Name(), "."):
		case !e.IsDir() && isPicture(name, e):
			return fmt.Errorf("%s belongs to no class: each class is a folder within %s, and its pictures are in that", name, l.root)
		case e.IsDir() && e.Name() != l.counter:
			l.classes = append(l.classes, e.Name())
		}
	}
	if len(l.classes) == 0 {
		return fmt.Errorf("%s has no folders: each class is one, with its pictures in it", l.root)
	}
	return nil
}

// add adds a picture as an example of the class in whose folder it is.
func (l *lesson) add(i item, views [][]float32) error {
	rel, err := filepath.Rel(l.root, i.path)
	if err != nil {
		return err
	}
	name, _, _ := strings.Cut(rel, string(filepath.Separator))
	class := slices.Index(l.classes, name)
	if class < 0 {
		class = teach.Counter
	}
	l.examples = append(l.examples, teach.Example{Class: class, Views: views})
	l.names = append(l.names, i.path)
	return nil
}

// name is that of a class of the examples.
func (l *lesson) name(class int) string {
	if class == teach.Counter {
		return l.counter
	}
	return l.classes[class]
}

// labels are the classes that were learned.
func (l *lesson) labels(learned *teach.Learned) (labels []string) {
	for _, class := range learned.Classes {
		labels = append(labels, strings.ToValidUTF8(l.name(class), "\uFFFD"))
	}
	return labels
}

// report prints how good what was learned is, by classifiers that had not seen the pictures they were asked about.
func (l *lesson) report(w io.Writer, learned *teach.Learned, labels []string) error {
	r := learned.Report
	fmt.Fprintf(w, "Right on %.1f%% of %s, by classifiers that had not seen them.\n\n", 100*r.Accuracy, pictures(r.Tested))
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "class\tpictures\tfound\tright where named")
	for i, e := range r.Each {
		fmt.Fprintf(t, "%s\t%d\t%.0f%%\t%.0f%%\n", printable(labels[i]), e.Examples, 100*e.Recall, 100*e.Precision)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	type mistake struct{ right, said, count int }
	var mistakes []mistake
	for right, row := range r.Cells {
		for said, cell := range row {
			if right != said && len(cell) > 0 {
				mistakes = append(mistakes, mistake{right, said, len(cell)})
			}
		}
	}
	slices.SortStableFunc(mistakes, func(a, b mistake) int { return b.count - a.count })
	for i, m := range mistakes[:min(5, len(mistakes))] {
		if i == 0 {
			fmt.Fprintln(w, "\nTaken for another:")
		}
		fmt.Fprintf(w, "  %s for %s: %d\n", printable(labels[m.right]), printable(labels[m.said]), m.count)
	}
	for i, d := range r.Doubtful[:min(10, len(r.Doubtful))] {
		if i == 0 {
			fmt.Fprintln(w, "\nPerhaps in the wrong folder:")
		}
		fmt.Fprintf(w, "  %s: %s, %.0f%%\n", printable(l.names[d.Example]), printable(l.name(d.Says)), 100*d.Probability)
	}
	for i, p := range learned.Curve {
		if i == 0 {
			fmt.Fprintln(w, "\nWith fewer pictures a class; where it still grows, more will help:")
		}
		fmt.Fprintf(w, "  %.0f: %.1f%%\n", p.Examples, 100*p.Accuracy)
	}
	return nil
}
