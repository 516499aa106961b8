package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"mobilenet/core/checkpoint"
	"mobilenet/core/classify"
	"mobilenet/core/convert"
	"mobilenet/core/mobilenet"
	"mobilenet/core/native"
	"mobilenet/core/pixels"
	"mobilenet/core/quantize"
)

// convertFlags are those of convert.
type convertFlags struct {
	path, labels, name string
	force              bool

	activation, padding, normalize string
	epsilon                        float64
	resolution                     int

	calibration
	kind string // int8 or uint8
}

func newConvert() *cobra.Command {
	var f convertFlags
	c := newCommand("convert [flags] --output MODEL.tflite CHECKPOINT", textConvert, cobra.ExactArgs(1), func(c *cobra.Command, args []string) error {
		return f.run(c, args[0])
	})
	flags := c.Flags()
	flags.StringVarP(&f.path, "output", "o", "", flagText["teach-output"])
	flags.BoolVar(&f.force, "force", false, flagText["force"])
	flags.StringVar(&f.labels, "labels", "", flagText["convert-labels"])
	flags.StringVar(&f.name, "name", "", flagText["convert-name"])
	flags.StringVar(&f.activation, "activation", "", flagText["activation"])
	flags.StringVar(&f.padding, "padding", "", flagText["padding"])
	flags.StringVar(&f.normalize, "normalize", "", flagText["normalize"])
	flags.Float64Var(&f.epsilon, "epsilon", 0, flagText["epsilon"])
	flags.IntVar(&f.resolution, "resolution", 0, flagText["resolution"])
	flags.StringVarP(&f.folder, "quantize", "q", "", flagText["quantize"])
	flags.StringVar(&f.kind, "type", "int8", flagText["type"])
	flags.IntVar(&f.most, "pictures", 200, flagText["pictures"])
	flags.StringVar(&f.crop, "crop", "center", flagText["crop"])
	flags.IntVarP(&f.jobs, "jobs", "j", runtime.GOMAXPROCS(0), flagText["jobs"])
	complete(c, "activation", "relu", "relu6", "leaky:0.1")
	complete(c, "padding", convert.Paddings...)
	complete(c, "normalize", "-1..1", "0..1", "imagenet")
	complete(c, "type", "int8", "uint8")
	complete(c, "crop", "center", "square", "whole")
	return c
}

func (f *convertFlags) run(c *cobra.Command, file string) error {
	options, err := f.options(c)
	if err != nil {
		return err
	}
	if _, err := os.Lstat(f.path); err == nil && !f.force {
		return fmt.Errorf("%s is there already; give another --output, or --force to replace it", f.path)
	}
	data, err := readBounded(file, convert.MaxFile)
	if err != nil {
		return fmt.Errorf("%s: %w", file, cause(err))
	}
	source, err := convert.Read(data, options)
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	if !source.Checkpoint && f.folder == "" && f.labels == "" && f.normalize == "" && f.resolution == 0 {
		return fmt.Errorf("%s is a .tflite file already; --quantize FOLDER makes one of bytes of it", file)
	}
	if err := f.setLabels(source); err != nil {
		return err
	}
	if source.Metadata.Name = f.name; f.name == "" {
		source.Metadata.Name = strings.TrimSuffix(filepath.Base(f.path), filepath.Ext(f.path))
	}
	out := c.OutOrStdout()
	if err := printSource(out, file, source); err != nil {
		return err
	}
	model := source.Model
	var unread error
	if f.folder != "" {
		if model, unread, err = f.quantize(c, source.Model); err != nil {
			return err
		}
	}
	written, err := source.Write(model)
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	if err := writeNew(f.path, written, f.force); err != nil {
		return err
	}
	fmt.Fprintf(out, "\n%s has %.1f MB. Try it: depthwise classify --model %s PHOTO\n", printable(f.path), float64(len(written))/1e6, printable(f.path))
	return unread
}

// options checks the flags.
func (f *convertFlags) options(c *cobra.Command) (o checkpoint.Options, err error) {
	changed := c.Flags().Changed
	if f.path == "" {
		return o, usage("convert needs --output FILE, where the model is to be written")
	}
	if f.kind != "int8" && f.kind != "uint8" {
		return o, usage("--type %s: int8 or uint8 is needed", f.kind)
	}
	for _, name := range []string{"type", "pictures", "crop", "jobs"} {
		if changed(name) && f.folder == "" {
			return o, usage("--%s goes with --quantize FOLDER", name)
		}
	}
	if err := f.calibration.check(); err != nil {
		return o, err
	}
	if f.activation != "" {
		a, err := convert.ParseActivation(f.activation)
		if err != nil {
			return o, usage("--activation: %w", err)
		}
		o.Activation = &a
	}
	if f.padding != "" {
		p, err := convert.ParsePadding(f.padding)
		if err != nil {
			return o, usage("--padding: %w", err)
		}
		o.Padding = &p
	}
	if f.normalize != "" {
		n, err := convert.ParseNormalization(f.normalize)
		if err != nil {
			return o, usage("--normalize: %w", err)
		}
		o.Normalization = &n
	}
	if changed("epsilon") {
		o.Epsilon = &f.epsilon
	}
	if changed("resolution") {
		if f.resolution < 1 || f.resolution > mobilenet.MaxResolution {
			return o, usage("--resolution %d: a side of 1 to %d pixels is needed", f.resolution, mobilenet.MaxResolution)
		}
		o.Resolution = f.resolution
	}
	return o, nil
}

// setLabels gives the source the labels of --labels.
func (f *convertFlags) setLabels(source *convert.Source) error {
	if f.labels == "" {
		return nil
	}
	text, err := readBounded(f.labels, 16<<20)
	if err != nil {
		return fmt.Errorf("--labels %s: %w", f.labels, cause(err))
	}
	if err := source.SetLabels(classify.ParseLabels(string(text))); err != nil {
		return fmt.Errorf("--labels %s: %w", f.labels, err)
	}
	return nil
}

// printSource prints what the file was recognised as, and each setting with where it is from and the flag that changes it.
func printSource(w io.Writer, file string, s *convert.Source) error {
	n := s.Model.Network
	fmt.Fprintf(w, "%s: %s, %s\n", printable(file), s.Format, layoutOf(s))
	parameters, biases, _ := mobilenet.Cost(s.Model.Layers)
	classes := "no classifier: it gives embeddings only"
	if answers := s.Model.Answers(); answers > 0 {
		classes = thousands(answers) + " classes"
		if s.Metadata.Labels == nil {
			classes += " without labels"
		}
	}
	fmt.Fprintf(w, "%v, width multiplier %g, %s parameters, %s\n\n", n.Version, n.Alpha, thousands(parameters+biases), classes)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	row := func(what, value string, from checkpoint.Source, flag string) {
		note := from.String()
		if from == checkpoint.FromLayout {
			note += "; --" + flag + " changes it"
		}
		fmt.Fprintf(t, "%s\t%s\t%s\n", what, value, note)
	}
	in := s.Model.InputShape()
	row("input", fmt.Sprintf("%d×%d pixels", in.W, in.H), s.Resolution.From, "resolution")
	row("pixels", normalizationText(s.Normalization.Value), s.Normalization.From, "normalize")
	if s.Checkpoint {
		row("activation", s.Activation.Value.String(), s.Activation.From, "activation")
		row("padding at stride 2", s.Padding.Value.String(), s.Padding.From, "padding")
		row("ε of batch normalisation", fmt.Sprint(s.Epsilon.Value), s.Epsilon.From, "epsilon")
	}
	return t.Flush()
}

// layoutOf says how the tensors were put in order.
func layoutOf(s *convert.Source) string {
	switch {
	case !s.Checkpoint:
		return "floating point"
	case s.Layout == "":
		return "names that are not known, put in order by their shapes"
	}
	return "named as by " + s.Layout
}

// normalizationText is a normalisation as people write it, with its name if it has one.
func normalizationText(n checkpoint.Normalization) string {
	numbers := func(v [3]float64) string {
		if v[0] == v[1] && v[1] == v[2] {
			return fmt.Sprintf("%.4g", v[0])
		}
		return fmt.Sprintf("%.4g, %.4g, %.4g", v[0], v[1], v[2])
	}
	text := fmt.Sprintf("mean %s, deviation %s", numbers(n.Mean), numbers(n.Std))
	if name := convert.NormalizationName(n); name != "" {
		text = name + " (" + text + ")"
	}
	return text
}

// quantize makes a model of bytes, and prints what that lost. unread is errSaid where some pictures could not be read.
func (f *convertFlags) quantize(c *cobra.Command, m *mobilenet.Model) (quantized *mobilenet.Model, unread, err error) {
	inputs, unread := f.calibration.read(c.Context(), c.ErrOrStderr(), m)
	if unread != nil && !errors.Is(unread, errSaid) {
		return nil, nil, unread
	}
	if len(inputs) == 0 {
		return nil, nil, fmt.Errorf("--quantize %s: no picture could be read, and some are needed of the kind that the model will see: a hundred are good", f.folder)
	}
	options := quantize.Options{Engine: native.NewEngine}
	if f.kind == "uint8" {
		options.Scheme = quantize.PerTensor
	}
	p := newProgress(c.ErrOrStderr())
	options.Progress = func(done, all int) { p.count(func(p *progress) { p.done, p.total = done, all }) }
	quantized, report, err := quantize.Quantize(c.Context(), m, inputs, options)
	p.stop()
	if err != nil {
		return nil, nil, err
	}
	return quantized, unread, printReport(c.OutOrStdout(), report, f.kind)
}

// printReport prints what quantising lost.
func printReport(w io.Writer, r *quantize.Report, kind string) error {
	fmt.Fprintf(w, "\nQuantised to %s, calibrated with %s.\n", kind, pictures(r.Pictures))
	if r.Pictures < 50 {
		fmt.Fprintln(w, "A hundred pictures are good; with few the ranges of values are a guess.")
	}
	fmt.Fprintf(w, "The best answer is that of floating point on %d of %d (%.1f%%); no probability differs by more than %.3f.\n\n",
		r.Same, r.Pictures, 100*float64(r.Same)/float64(r.Pictures), r.Difference)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "layer\tleast\tmost\tsignal to noise, dB\t")
	for _, l := range r.Layers {
		fmt.Fprintf(t, "%s\t%.4g\t%.4g\t%.1f\t\n", l.Name, l.Least, l.Most, l.Noise)
	}
	return t.Flush()
}

// A calibration is which pictures ranges are measured on.
type calibration struct {
	folder string
	most   int
	crop   string
	jobs   int

	cut pixels.Crop
}

func (k *calibration) check() (err error) {
	if k.cut, err = pixels.ParseCrop(k.crop); err != nil {
		return usage("--crop: %w", err)
	}
	if k.jobs < 1 {
		return usage("--jobs %d: at least one picture has to be looked at", k.jobs)
	}
	if k.most < 1 {
		return usage("--pictures %d: at least one is needed", k.most)
	}
	if k.folder == "" {
		return nil
	}
	if _, err := os.Stat(k.folder); errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("--quantize %s: there is no such folder", k.folder)
	}
	return nil
}
