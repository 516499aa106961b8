package teach

import (
	"context"
	"testing"
)

// The size that the page is made for: ten classes of a hundred pictures, with two views each.
func benchmarkPictures() []Example { return pictures(1, 10, 101, 1024, 0.5) }

// BenchmarkOneMore is a new answer after one more example.
func BenchmarkOneMore(b *testing.B) {
	all := benchmarkPictures()[:1001]
	before, err := Train(context.Background(), all[:1000], Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.ResetTimer()
	steps := 0
	for b.Loop() {
		c, err := Train(context.Background(), all, Options{Start: before})
		if err != nil {
			b.Fatal(err)
		}
		steps = c.Steps
	}
	b.ReportMetric(float64(steps), "steps")
}

// BenchmarkFromNothing is the same without a classifier to begin from.
func BenchmarkFromNothing(b *testing.B) {
	all := benchmarkPictures()[:1000]
	steps := 0
	for b.Loop() {
		c, err := Train(context.Background(), all, Options{})
		if err != nil {
			b.Fatal(err)
		}
		steps = c.Steps
	}
	b.ReportMetric(float64(steps), "steps")
}

// BenchmarkValidate is from nothing, with a choice of the strength and a threshold for none of these.
func BenchmarkValidate(b *testing.B) {
	all := benchmarkPictures()[:1000]
	for b.Loop() {
		v, err := Validate(context.Background(), all, Options{})
		if err != nil {
			b.Fatal(err)
		}
		if _, err := v.Unknown(0.9); err != nil {
			b.Fatal(err)
		}
		if _, err := Train(context.Background(), all, Options{Strength: v.Strength}); err != nil {
			b.Fatal(err)
		}
	}
}
