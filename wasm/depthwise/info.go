package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"mobilenet/core/mobilenet"
	"mobilenet/core/tflite"
	"mobilenet/weights"
)

func newInfo() *cobra.Command {
	var asked chosen
	var list, json bool
	c := newCommand("info [flags] [MODEL]", textInfo, cobra.MaximumNArgs(1), func(c *cobra.Command, args []string) error {
		if list {
			if len(args) > 0 {
				return usage("--list takes no model")
			}
			return listModels(c.OutOrStdout())
		}
		asked.model = strings.Join(args, "")
		n, err := asked.open(c.Context(), c.ErrOrStderr())
		if err != nil {
			return err
		}
		defer n.Close()
		about, err := describe(c, n)
		if err != nil {
			return err
		}
		if json {
			line, err := jsonLine(about)
			if err != nil {
				return err
			}
			_, err = c.OutOrStdout().Write(line)
			return err
		}
		return about.print(c.OutOrStdout())
	})
	c.ValidArgsFunction = func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return modelNames(), cobra.ShellCompDirectiveDefault
	}
	c.Flags().BoolVar(&list, "list", false, flagText["list"])
	c.Flags().BoolVar(&json, "json", false, flagText["info-json"])
	c.Flags().StringVar(&asked.labels, "labels", "", flagText["labels"])
	return c
}

// listModels prints the models that there are weights of.
func listModels(w io.Writer) error {
	list, err := weights.Default()
	if err != nil {
		return err
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for i := range list.Models {
		m := &list.Models[i]
		note := ""
		if i == 0 {
			note = "the default"
		}
		fmt.Fprintf(t, "%s\t%d×%d pixels\t%d classes\t%s\t%.1f MB\t%s\n", m.Name, m.Resolution, m.Resolution, m.Classes, m.Type, float64(m.Size)/1e6, note)
	}
	return t.Flush()
}

// An about is what info says of a model.
type about struct {
	Name         string       `json:"name"`
	Network      string       `json:"network"`
	Alpha        float64      `json:"alpha"`
	Input        [3]int       `json:"input"` // [H,W,C]
	Type         string       `json:"type"`
	Classes      int          `json:"classes"`
	Labels       []string     `json:"labels"`
	NoneOfThese  bool         `json:"noneOfThese"`
	Parameters   int          `json:"parameters"` // biases included
	MultiplyAdds int          `json:"multiplyAdds"`
	Engine       string       `json:"engine"`
	Why          string       `json:"why,omitempty"` // it is not a faster one
	Memory       int64        `json:"memory"`        // bytes an engine holds
	Milliseconds float64      `json:"milliseconds"`  // of a picture on one core
	Layers       []aboutLayer `json:"layers"`
	file         *tflite.Metadata
}

type aboutLayer struct {
	Name         string  `json:"name"`
	Kind         string  `json:"kind"`
	Output       [3]int  `json:"output"`
	Kernel       int     `json:"kernel"`
	Stride       int     `json:"stride"`
	Parameters   int     `json:"parameters"`
	MultiplyAdds int     `json:"multiplyAdds"`
	Milliseconds float64 `json:"milliseconds"`
}

// tries is how often info runs the network: the shortest times are those that nothing else disturbed.
const tries = 20

// describe reads what a model is, and measures how fast it is here.
func describe(c *cobra.Command, n *network) (*about, error) {
	m := n.model
	e, err := n.program.Engine()
	if err != nil {
		return nil, err
	}
	defer e.Close()
	input := make([]byte, m.InputShape().Len())
	for i := range input {
		input[i] = byte(i * 37)
	}
	var out mobilenet.Result
	var whole time.Duration
	layers := make([]time.Duration, len(m.Layers))
	least := func(to *time.Duration, d time.Duration) {
		if *to == 0 || d < *to {
			*to = d
		}
	}
	for range tries {
		start := time.Now()
		if err := e.Run(c.Context(), input, mobilenet.Want{}, &out); err != nil {
			return nil, err
		}
		least(&whole, time.Since(start))
		if err := e.Run(c.Context(), input, mobilenet.Want{Times: true}, &out); err != nil {
			return nil, err
		}
		for i, d := range out.Times {
			least(&layers[i], d)
		}
	}
	ms := func(d time.Duration) float64 { return float64(d.Nanoseconds()) / 1e6 }
	shape := func(s mobilenet.Shape) [3]int { return [3]int{s.H, s.W, s.C} }
	info := e.Info()
	parameters, biases, multiplyAdds := mobilenet.Cost(m.Layers)
	a := &about{
		Name: n.name, Network: m.Version.String(), Alpha: m.Alpha, Input: shape(m.InputShape()), Type: m.Type.String(), Classes: m.Answers(),
		Labels: n.labels, NoneOfThese: m.Unknown != nil, Parameters: parameters + biases, MultiplyAdds: multiplyAdds,
		Engine: info.Engine, Why: info.Why, Memory: info.Memory, Milliseconds: ms(whole),
	}
	a.file, _ = tflite.ReadMetadata(n.file) // what is damaged is left out
	for i := range m.Layers {
		l := &m.Layers[i]
		a.Layers = append(a.Layers, aboutLayer{l.Name, l.Kind.String(), shape(l.Out), l.Kernel, l.Stride, l.Parameters() + l.Biases(), l.MultiplyAdds(), ms(layers[i])})
	}
	return a, nil
}

func (a *about) print(w io.Writer) error {
	fmt.Fprintf(w, "%s: %s, width multiplier %g, %s\n", printable(a.Name), a.Network, a.Alpha, a.Type)
	if a.file != nil {
		for _, s := range []string{a.file.Description, a.file.Author, a.file.License} {
			if s != "" {
				fmt.Fprintf(w, "%.300s\n", printable(s))
			}
		}
	}
	fmt.Fprintf(w, "reads pictures of %d×%d, %d bytes a pixel\n", a.Input[1], a.Input[0], a.Input[2])
	switch {
	case a.Classes == 0:
		fmt.Fprintln(w, "names no classes: it gives embeddings only")
	default:
		first := make([]string, 0, 3)
		for _, l := range a.Labels[:min(3, len(a.Labels))] {
			first = append(first, printable(l))
		}
		fmt.Fprintf(w, "knows %s classes: %s%s\n", thousands(a.Classes), strings.Join(first, ", "), map[bool]string{true: ", …"}[a.Classes > 3])
	}
	if a.NoneOfThese {
		fmt.Fprintln(w, "tells when a picture shows none of them")
	}
	fmt.Fprintf(w, "%s parameters, %.1f million multiply-adds a picture\n", thousands(a.Parameters), float64(a.MultiplyAdds)/1e6)
	fmt.Fprintf(w, "%.2f ms a picture on one core of this machine, by the engine %q, %.1f MB of memory\n", a.Milliseconds, a.Engine, float64(a.Memory)/1e6)
	if a.Why != "" {
		fmt.Fprintf(w, "no faster, because %s\n", printableLines(a.Why))
	}
	fmt.Fprintln(w)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "layer\tkind\toutput\tkernel\tstride\tparameters\tmultiply-adds\tms\t")
	for _, l := range a.Layers {
		fmt.Fprintf(t, "%s\t%s\t%d×%d×%d\t%d\t%d\t%s\t%s\t%.3f\t\n", l.Name, l.Kind, l.Output[0], l.Output[1], l.Output[2], l.Kernel, l.Stride,
			thousands(l.Parameters), thousands(l.MultiplyAdds), l.Milliseconds)
	}
	return t.Flush()
}
