package main

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// README.md says what is computed here.
func TestReadmeAgrees(t *testing.T) {
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	p := readPrices()
	for _, want := range []string{p.table(), p.Date, fmt.Sprintf("%.1f million pictures", p.full())} {
		if !strings.Contains(string(readme), want) {
			t.Errorf("README.md does not have\n%s\ngo run ./wasm/edge/bulk/cost prints what belongs there", want)
		}
	}
}

func TestWhatIsIncludedCostsNothing(t *testing.T) {
	p := readPrices()
	if sum, _ := p.cost(event, 0.1); sum != 0 {
		t.Errorf("100,000 pictures cost %.2f beside the plan", sum)
	}
	// Ten million rows beyond the fifty that are included.
	if sum, _ := p.cost(usage{rows: 6}, 10); sum != 10 {
		t.Errorf("60 million rows cost %.2f, want 10", sum)
	}
}
