package simd

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// rows makes rows of weights of every length, from narrow to the widest, and says what it makes them from.
func rows(t *testing.T, check func(row []uint8)) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	for n := 1; n <= 80; n++ {
		for _, span := range []int{1, 2, 64, 65, 66, 100, 128, 129, 200, 255, 256} {
			least := random.IntN(257 - span)
			row := make([]uint8, n)
			for i := range row {
				row[i] = uint8(least + random.IntN(span))
			}
			check(row)
		}
	}
}

func TestSpan(t *testing.T) {
	rows(t, func(row []uint8) {
		if least, most := span(row); least != slices.Min(row) || most != slices.Max(row) {
			t.Fatalf("span %d..%d of %v", least, most, row)
		}
	})
}

// reversed is the order of a row turned round, with a padding channel wherever skip says so.
func reversed(n int, skip func(i int) bool) []int {
	order := make([]int, 0, roundUp(2*n, 8))
	for i := n - 1; i >= 0; i-- {
		if skip(i) {
			order = append(order, -1)
		}
		order = append(order, i)
	}
	for len(order)%8 != 0 {
		order = append(order, -1)
	}
	return order
}

func TestRowReader(t *testing.T) {
	for _, skip := range []func(int) bool{
		func(int) bool { return false },
		func(i int) bool { return i%3 == 0 },
	} {
		rows(t, func(row []uint8) {
			order := reversed(len(row), skip)
			const padding = 77
			words := newRowReader(order, len(row)).read(row, padding)
			for i, channel := range order {
				want := uint8(padding)
				if channel >= 0 {
					want = row[channel]
				}
				if got := uint8(words[i/8] >> (i % 8 * 8)); got != want {
					t.Fatalf("place %d, channel %d of %v: %d, not %d", i, channel, row, got, want)
				}
			}
		})
	}
}

// fits is sumsFit by what it means: every i16 lane's sum of two dots, at the activations that make it largest.
func fits(row []uint8, least uint8) bool {
	for i := 0; i < len(row); i += 8 {
		for lane := 0; lane < 4; lane += 2 {
			sum := 0
			for _, k := range []int{lane, lane + 1, lane + 4, lane + 5} {
				sum += -128 * int(row[i+k]-least)
			}
			if sum < -1<<15 {
				return false
			}
		}
	}
	return true
}

func TestSumsFit(t *testing.T) {
	yes, no := 0, 0
	rows(t, func(row []uint8) {
		least := slices.Min(row)
		if len(row)%8 != 0 || slices.Max(row)-least > 127 {
			return
		}
		order := reversed(len(row), func(int) bool { return false })
		ordered := slices.Clone(row)
		slices.Reverse(ordered)
		got, want := sumsFit(newRowReader(order, len(row)).read(row, least), least), fits(ordered, least)
		if got != want {
			t.Fatalf("sumsFit says %v of %v, least %d", got, ordered, least)
		}
		if got {
			yes++
		} else {
			no++
		}
	})
	if yes == 0 || no == 0 {
		t.Fatalf("%d rows fit and %d do not: both must be tried", yes, no)
	}
}
