package mobilenet_test

import (
	"math"
	"testing"

	"mobilenet/core/mobilenet"
)

func TestQuantReal(t *testing.T) {
	q := mobilenet.Quant{Scale: 0.5, Zero: 128}
	for v, want := range map[uint8]float32{0: -64, 128: 0, 129: 0.5, 255: 63.5} {
		if got := q.Real(v); got != want {
			t.Errorf("%+v.Real(%d) = %v, want %v", q, v, got, want)
		}
	}
}

func TestQuantize(t *testing.T) {
	q := mobilenet.Quant{Scale: 0.5, Zero: 10}
	for _, test := range []struct {
		real float32
		want uint8
	}{{0, 10}, {0.25, 10}, {0.75, 12}, {-0.25, 10}, {-0.75, 8}, {-100, 0}, {1000, 255}, {float32(math.Inf(1)), 255}, {float32(math.NaN()), 0}} {
		if got := q.Quantize(test.real); got != test.want {
			t.Errorf("%v becomes %d, want %d", test.real, got, test.want)
		}
	}
}
