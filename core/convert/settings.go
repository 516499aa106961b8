package convert

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"mobilenet/core/checkpoint"
)

// ParseActivation reads "relu", "relu6" or "leaky:SLOPE".
func ParseActivation(s string) (checkpoint.Activation, error) {
	switch slope, leaky := strings.CutPrefix(s, "leaky:"); {
	case s == "relu":
		return checkpoint.ReLU, nil
	case s == "relu6":
		return checkpoint.ReLU6, nil
	case leaky:
		if v, err := strconv.ParseFloat(slope, 32); err == nil && v > 0 && v < 1 {
			return checkpoint.LeakyReLU(float32(v)), nil
		}
	}
	return checkpoint.Activation{}, fmt.Errorf("activation %q is not relu, relu6 or leaky:SLOPE with a slope between 0 and 1, as leaky:0.1", s)
}

// FormatActivation is what ParseActivation reads.
func FormatActivation(a checkpoint.Activation) string {
	switch {
	case a == checkpoint.ReLU6:
		return "relu6"
	case a.Slope > 0 && a.Slope < 1:
		return fmt.Sprintf("leaky:%v", a.Slope)
	}
	return "relu"
}

// Paddings are the names of checkpoint's paddings, in their order.
var Paddings = []string{"symmetric", "same", "after"}

// ParsePadding reads one of them.
func ParsePadding(s string) (checkpoint.Padding, error) {
	for i, name := range Paddings {
		if s == name {
			return checkpoint.Padding(i), nil
		}
	}
	return 0, fmt.Errorf("padding %q is not %s", s, strings.Join(Paddings, ", "))
}

// Normalizations are the usual ones, by what becomes of a pixel's byte.
var Normalizations = []struct {
	Name  string
	Value checkpoint.Normalization
}{
	{"-1..1", checkpoint.MinusOneToOne},
	{"0..1", checkpoint.ZeroToOne},
	{"imagenet", checkpoint.ImageNet},
}

// ParseNormalization reads one of their names or MEAN/DEVIATION in units of a byte, with a number or three, for red, green and blue, between commas on
// each side.
func ParseNormalization(s string) (checkpoint.Normalization, error) {
	for _, n := range Normalizations {
		if s == n.Name {
			return n.Value, nil
		}
	}
	var n checkpoint.Normalization
	mean, std, both := strings.Cut(s, "/")
	if both && parseThree(mean, &n.Mean) && parseThree(std, &n.Std) && n.Std[0] != 0 && n.Std[1] != 0 && n.Std[2] != 0 {
		return n, nil
	}
	return n, fmt.Errorf("normalisation %q is not -1..1, 0..1, imagenet, or MEAN/DEVIATION in units of a byte, as 127.5/127.5 or 124,116,104/58,57,57; no deviation is 0", s)
}

func parseThree(s string, values *[3]float64) bool {
	parts := strings.Split(s, ",")
	if len(parts) != 1 && len(parts) != 3 {
		return false
	}
	for i := range values {
		v, err := strconv.ParseFloat(strings.TrimSpace(parts[i%len(parts)]), 64)
		if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
			return false
		}
		values[i] = v
	}
	return true
}

// NormalizationName is the name of a usual normalisation, to what float32 tells apart; empty of another.
func NormalizationName(n checkpoint.Normalization) string {
	near := func(a, b [3]float64) bool {
		for c := range 3 {
			if math.Abs(a[c]-b[c]) > 1e-4*math.Max(1, math.Abs(b[c])) {
				return false
			}
		}
		return true
	}
	for _, known := range Normalizations {
		if near(n.Mean, known.Value.Mean) && near(n.Std, known.Value.Std) {
			return known.Name
		}
	}
	return ""
}
