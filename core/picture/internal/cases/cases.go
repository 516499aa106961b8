// Package cases compares what package picture makes of other decoders' difficult test pictures with what Chromium shows of them.
package cases

import (
	"encoding/json"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"mobilenet/core/internal/testmodel"
	"mobilenet/core/picture"
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

// Compare reads all pictures, those of the formats that the test's program has registered included: they look as in Chromium, or are refused
// as what is not read here. What differs all the same, and in what, it lists: go test -v -run Cases.
func Compare(t *testing.T, limits picture.Limits) {
	folder := filepath.Join(testmodel.Shared(t, "cases"), "pictures")
	list, err := os.ReadFile(filepath.Join(folder, "expected.json"))
	if err != nil {
		t.Fatal(err)
	}
	var cases map[string]struct{ Chromium shown }
	if err := json.Unmarshal(list, &cases); err != nil {
		t.Fatal(err)
	}
	alike, furthest, refused, read := 0, 0.0, 0, 0
	for _, name := range slices.Sorted(maps.Keys(cases)) {
		file, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			t.Fatal(err)
		}
		want := cases[name].Chromium
		got, err := picture.Decode(file, limits)
		switch {
		case err != nil && want.Refuses:
			alike++
		case err != nil:
			refused++
			t.Logf("refused, and Chromium shows it: %s: %v", name, err)
			if !errors.Is(err, picture.ErrUnsupported) && !errors.Is(err, picture.ErrTooLarge) && !slices.Contains(damaged, name) {
				t.Errorf("%s: %v, where Chromium shows it", name, err)
			}
		case want.Refuses:
			read++
			t.Logf("read, and Chromium refuses it: %s: %d×%d", name, got.Width, got.Height)
		case got.Width != want.Width || got.Height != want.Height:
			t.Errorf("%s: %d×%d, want %d×%d", name, got.Width, got.Height, want.Width, want.Height)
		default:
			worst := 0.0
			for i, cell := range gridOf(got) {
				for j, v := range cell {
					worst = max(worst, v-want.Grid[i][j], want.Grid[i][j]-v)
				}
			}
			alike++
			furthest = max(furthest, worst)
			if worst > 1 {
				t.Logf("alike, but a cell is %.1f from Chromium's: %s", worst, name)
			}
			if worst > 12 {
				t.Errorf("%s: a cell is %.1f from Chromium's", name, worst)
			}
		}
	}
	t.Logf("%d files: %d as in Chromium, cells within %.1f of 255; %d refused that it shows, %d read that it refuses", len(cases), alike, furthest, refused, read)
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
