package main

import (
	"strconv"

	"github.com/spf13/cobra"

	"mobilenet/core/classify"
)

// An embedded is what a line of embed's JSON has.
type embedded struct {
	named
	Embedding []float32 `json:"embedding"`
}

func newEmbed() *cobra.Command {
	var f lookFlags
	var csv bool
	var path string
	c := newCommand("embed [flags] FILE|FOLDER|- ...", textEmbed, cobra.ArbitraryArgs, func(c *cobra.Command, args []string) error {
		o, err := f.options(args)
		if err != nil {
			return err
		}
		form, err := chooseForm(csv, !csv && path == "", path)
		if err != nil {
			return err
		}
		o.Embedding = true
		n, err := f.open(c.Context(), c.ErrOrStderr())
		if err != nil {
			return err
		}
		defer n.Close()
		columns := []string{"file", "model"}
		for i := range n.model.Layers[n.model.Embedding()].Out.Len() {
			columns = append(columns, "e"+strconv.Itoa(i))
		}
		out, err := openOutput(path, form, columns, n.name)
		if err != nil {
			return err
		}
		r := run[[]float32]{flags: &f, stderr: c.ErrOrStderr(), out: out, batch: batch[[]float32]{network: n, options: o}}
		r.batch.make = func(_ item, _ *photo, seen *classify.Classification) ([]float32, error) { return seen.Embedding, nil }
		r.each = func(i item, embedding []float32) error {
			if form == formJSON {
				line, err := jsonLine(embedded{nameOf(i.name(), n.name), embedding})
				if err != nil {
					return err
				}
				return out.write(line)
			}
			fields := []string{i.name(), n.name}
			for _, v := range embedding {
				fields = append(fields, strconv.FormatFloat(float64(v), 'g', -1, 32))
			}
			line, err := csvLine(fields)
			if err != nil {
				return err
			}
			return out.write(line)
		}
		return closing(out, r.do(c.Context()))
	})
	f.add(c)
	c.Flags().BoolVar(&csv, "csv", false, flagText["csv"])
	c.Flags().StringVarP(&path, "output", "o", "", flagText["output"])
	return c
}
