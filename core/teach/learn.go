package teach

import (
	"context"

	"mobilenet/core/mobilenet"
)

// LearnOptions say what belongs to Learn. The zero value is the shortest.
type LearnOptions struct {
	// Validate finds the strength, the threshold for none of these and the report by Validate. Without it the strength is Start's or
	// DefaultStrength, and the threshold Start's.
	Validate bool
	// Curve adds the learning curve to what Validate finds.
	Curve bool
	// Keep is the share of the known that the threshold shall keep. 0: there shall be none, and only counter-examples tell none of these.
	Keep float64
	// Start is a classifier to begin from, as in Options.
	Start *Classifier
	// Progress is told how much of the work is done, from 0 to 1.
	Progress func(done float64)
}

// Learned is a classifier with all that belongs to it.
type Learned struct {
	*Classifier
	Report *Report      // nil without Validate
	Curve  []CurvePoint // nil without LearnOptions.Curve
}

// Learn is Validate, Train and what they give, in one: what a person who teaches wants of a program.
func Learn(ctx context.Context, examples []Example, o LearnOptions) (*Learned, error) {
	part := func(from, to float64) func(float64) {
		return func(done float64) {
			if o.Progress != nil {
				o.Progress(from + (to-from)*done)
			}
		}
	}
	validated, trained := 0.0, 1.0 // when, as shares of the work
	if o.Validate {
		validated = 0.85
	}
	if o.Validate && o.Curve {
		validated, trained = 0.45, 0.55
	}
	train := Options{Start: o.Start, Progress: part(validated, trained)}
	l := &Learned{}
	var v *Validation
	var err error
	if o.Validate {
		if v, err = Validate(ctx, examples, Options{Progress: part(0, validated)}); err != nil {
			return nil, err
		}
		train.Strength, l.Report = v.Strength, v.Report()
	} else if o.Start != nil {
		train.Strength = o.Start.Strength
	}
	if l.Classifier, err = Train(ctx, examples, train); err != nil {
		return nil, err
	}
	switch u := l.Head.Unknown; {
	case o.Keep == 0 && u != nil && u.Counter:
		l.Head.Unknown = &mobilenet.Unknown{Counter: true}
	case o.Keep == 0:
		l.Head.Unknown = nil
	case v != nil:
		if l.Head.Unknown, err = v.Unknown(o.Keep); err != nil {
			return nil, err
		}
	}
	if o.Validate && o.Curve {
		if l.Curve, err = v.Curve(ctx, part(trained, 1)); err != nil {
			return nil, err
		}
	}
	return l, nil
}
