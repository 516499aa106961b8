package mobilenet

import (
	"math"
	"testing"
)

func TestPublishedResults(t *testing.T) {
	table := PublishedResults()
	if len(table) != 16 {
		t.Fatalf("%d rows, want 16", len(table))
	}
	// What the exact counts give where the published cells differ, millions.
	exact := map[[2]float64]float64{
		{0.75, 224}: 325, {0.75, 192}: 239, {0.75, 160}: 166, {0.75, 128}: 107, {0.5, 224}: 149, {0.25, 192}: 30,
	}
	seen := map[[2]float64]bool{}
	for _, row := range table {
		key := [2]float64{row.Alpha, float64(row.Resolution)}
		if seen[key] {
			t.Errorf("α %v at %d stands twice", row.Alpha, row.Resolution)
		}
		seen[key] = true
		layers := mustLayers(t, Network{Alpha: row.Alpha, Resolution: row.Resolution, Classes: 1001, MinChannels: MinChannels})
		parameters, biases, multiplyAdds := Cost(layers)

		millions := math.Round(float64(multiplyAdds) / 1e6)
		want, differs := exact[key]
		if !differs {
			want = row.MultiplyAdds
		}
		if millions != want || differs != row.MultiplyAddsDiffer {
			t.Errorf("α %v at %d: %v million multiply-adds, published %v, marked %v", row.Alpha, row.Resolution,
				millions, row.MultiplyAdds, row.MultiplyAddsDiffer)
		}
		if p := hundredths(parameters + biases); (p != row.Parameters) != row.ParametersDiffer {
			t.Errorf("α %v: %v million parameters, published %v, marked %v", row.Alpha, p, row.Parameters, row.ParametersDiffer)
		}
		// The published count comes out with three numbers of batch normalisation for each channel of a convolution, and the
		// classifier's bias.
		classifier := layers[len(layers)-1].Biases()
		if p := hundredths(parameters + 3*(biases-classifier) + classifier); p != row.Parameters {
			t.Errorf("α %v: %v million parameters with batch normalisation, published %v", row.Alpha, p, row.Parameters)
		}
		if row.Float.Top1 <= row.Quantized.Top1 || row.Float.Top5 < row.Quantized.Top5 || row.Float.Top1 >= row.Float.Top5 {
			t.Errorf("α %v at %d: float %v, quantised %v", row.Alpha, row.Resolution, row.Float, row.Quantized)
		}
	}
}

// hundredths is n in millions, rounded to two decimals.
func hundredths(n int) float64 { return math.Round(float64(n)/1e4) / 100 }
