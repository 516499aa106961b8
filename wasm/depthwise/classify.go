package main

import (
	"strconv"

	"github.com/spf13/cobra"

	"mobilenet/core/classify"
)

// An answer is what a line of classify's JSON has.
type answer struct {
	named
	Predictions []prediction `json:"predictions"`
	NoneOfThese *bool        `json:"noneOfThese,omitempty"` // nil where the model was not taught to tell
	// Colour says that the picture's colours were taken for sRGB's although its file says something else.
	Colour string `json:"colour,omitempty"`
}

// classifyFlags are the flags that only classify has.
type classifyFlags struct {
	lookFlags
	csv, json bool
	output    string
	top       int
	min       float64
}

func newClassify() *cobra.Command {
	var f classifyFlags
	c := newCommand("classify [flags] FILE|FOLDER|- ...", textClassify, cobra.ArbitraryArgs, func(c *cobra.Command, args []string) error {
		return f.run(c, args)
	})
	f.add(c)
	c.Flags().BoolVar(&f.csv, "csv", false, flagText["csv"])
	c.Flags().BoolVar(&f.json, "json", false, flagText["json"])
	c.Flags().StringVarP(&f.output, "output", "o", "", flagText["output"])
	c.Flags().IntVarP(&f.top, "top", "n", 0, flagText["top"])
	c.Flags().Float64Var(&f.min, "min", 0, flagText["min"])
	return c
}

func (f *classifyFlags) run(c *cobra.Command, args []string) error {
	o, err := f.options(args)
	if err != nil {
		return err
	}
	form, err := chooseForm(f.csv, f.json, f.output)
	if err != nil {
		return err
	}
	if !(f.min >= 0 && f.min <= 1) {
		return usage("--min %v: a probability between 0 and 1 is needed", f.min)
	}
	switch {
	case f.top < 0 || f.top == 0 && c.Flags().Changed("top"):
		return usage("--top %d: at least one prediction has to be asked for", f.top)
	case f.top == 0 && form == formTable && !f.single():
		f.top = 1
	case f.top == 0:
		f.top = 5
	}
	n, err := f.open(c.Context(), c.ErrOrStderr())
	if err != nil {
		return err
	}
	defer n.Close()
	if n.model.Answers() == 0 {
		return withName(n.name, classify.ErrNoClassifier)
	}
	o.TopK = min(f.top, n.model.Answers())

	out, err := openOutput(f.output, form, columnsOf(o.TopK, n.model.Unknown != nil), n.name)
	if err != nil {
		return err
	}
	t := newTable(out.file)
	r := run[*answer]{flags: &f.lookFlags, stderr: c.ErrOrStderr(), out: out, batch: batch[*answer]{network: n, options: o}}
	r.batch.make = func(i item, p *photo, seen *classify.Classification) (*answer, error) {
		return f.answer(n, i, p, seen), nil
	}
	r.each = func(i item, a *answer) error {
		line := []byte(nil)
		var err error
		switch form {
		case formJSON:
			line, err = jsonLine(a)
		case formCSV:
			line, err = csvLine(a.fields(o.TopK))
		default:
			line = []byte(t.lines(i.name(), a))
		}
		if err != nil {
			return err
		}
		return out.write(line)
	}
	return closing(out, r.do(c.Context()))
}

// answer is what is said of a picture.
func (f *classifyFlags) answer(n *network, i item, p *photo, seen *classify.Classification) *answer {
	a := &answer{named: nameOf(i.name(), n.name), Predictions: []prediction{}} // written as [], not null
	for _, s := range seen.Predictions {
		if s.Probability >= f.min {
			a.Predictions = append(a.Predictions, prediction(s))
		}
	}
	if n.model.Unknown != nil {
		a.NoneOfThese = &seen.None
	}
	if p.header.AssumedSRGB {
		a.Colour = "assumed sRGB"
	}
	return a
}

// columnsOf are the columns of the CSV: the picture and the model first, by which a run that was broken off goes on.
func columnsOf(top int, none bool) []string {
	columns := []string{"file", "model"}
	if none {
		columns = append(columns, "none_of_these")
	}
	for i := range top {
		n := strconv.Itoa(i + 1)
		columns = append(columns, "class_"+n, "label_"+n, "probability_"+n)
	}
	return columns
}

// fields are those columns of an answer.
func (a *answer) fields(top int) []string {
	fields := []string{a.File, a.Model}
	if a.NoneOfThese != nil {
		fields = append(fields, strconv.FormatBool(*a.NoneOfThese))
	}
	for i := range top {
		if i >= len(a.Predictions) {
			fields = append(fields, "", "", "")
			continue
		}
		p := a.Predictions[i]
		fields = append(fields, strconv.Itoa(p.Index), p.Label, strconv.FormatFloat(p.Probability, 'f', 6, 64))
	}
	return fields
}
