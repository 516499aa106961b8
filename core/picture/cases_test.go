package picture

import (
	"encoding/json"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"mobilenet/core/internal/testmodel"
	"mobilenet/core/pixels"
)

// A shown picture is what Chromium shows of a file: its size, and the means of the cells of a grid, over white.
type shown struct {
	Width, Height int
	Grid          [36][3]float64
	Refuses       bool
}

// damaged are pictures of which Chromium shows what it can make of them: they are refused here.
var damaged = []string{"pillow_hopper_bad_exif.jpg"}

// TestCases reads the pictures that other decoders are tested with: they look as in Chromium, or are refused as what is not read here.
func TestCases(t *testing.T) {
	folder := filepath.Join(testmodel.Shared(t, "cases"), "pictures")
	list, err := os.ReadFile(filepath.Join(folder, "expected.json"))
	if err != nil {
		t.Fatal(err)
	}
	var cases map[string]struct{ Chromium shown }
	if err := json.Unmarshal(list, &cases); err != nil {
		t.Fatal(err)
	}
	for _, name := range slices.Sorted(maps.Keys(cases)) {
		file, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			t.Fatal(err)
		}
		want := cases[name].Chromium
		got, err := Decode(file, Default)
		switch {
		case err != nil:
			t.Logf("%s: %v", name, err)
			if !want.Refuses && !errors.Is(err, ErrUnsupported) && !errors.Is(err, ErrTooLarge) && !slices.Contains(damaged, name) {
				t.Errorf("%s: %v, where Chromium shows it", name, err)
			}
		case want.Refuses:
			t.Logf("%s: %d×%d, where Chromium refuses it", name, got.Width, got.Height)
		case got.Width != want.Width || got.Height != want.Height:
			t.Errorf("%s: %d×%d, want %d×%d", name, got.Width, got.Height, want.Width, want.Height)
		default:
			worst := 0.0
			for i, cell := range gridOf(got) {
				for j, v := range cell {
					worst = max(worst, v-want.Grid[i][j], want.Grid[i][j]-v)
				}
			}
			t.Logf("%s: within %.1f", name, worst)
			if worst > 12 {
				t.Errorf("%s: a cell is %.1f from Chromium's", name, worst)
			}
		}
	}
}

// gridOf is the mean colour over white of each cell of a grid of 6×6, -1 where a cell has no pixel.
func gridOf(m pixels.Image) (grid [36][3]float64) {
	const n = 6
	var counts [n * n]float64
	rgb, line, colors := make([]byte, 3*m.Width), make([]byte, 4*m.Width), make([]uint32, 3)
	for y := range m.Height {
		copy(line, m.Pix[y*m.Stride:])
		for x := range m.Width {
			if m.ToSRGB == nil {
				break
			}
			for c := range colors {
				colors[c] = uint32(line[4*x+c]) << 16
			}
			m.ToSRGB(line[4*x:4*x+3], colors)
		}
		pixels.DropAlpha(rgb, line)
		for x := range m.Width {
			cell := y*n/m.Height*n + x*n/m.Width
			counts[cell]++
			for c := range 3 {
				grid[cell][c] += float64(rgb[3*x+c])
			}
		}
	}
	for cell, count := range counts {
		for c := range 3 {
			if grid[cell][c] /= count; count == 0 {
				grid[cell][c] = -1
			}
		}
	}
	return grid
}
