// Cost prints what pictures cost that the queue classifies, as wasm/edge/bulk/README.md has it: go run ./wasm/edge/bulk/cost
package main

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"strings"
)

// prices are list prices, in USD, and limits of the platform; prices.json says of when.
//
//go:embed prices.json
var pricesFile []byte

type prices struct {
	Date       string
	Monthly    float64 // of the plan, whatever is used
	PerMillion map[string]struct {
		Price    float64
		Included float64 // millions a month
	}
	Hosted struct {
		Name       string
		PerMillion float64
	}
	Limits map[string]float64
}

func readPrices() (p prices) {
	if err := json.Unmarshal(pricesFile, &p); err != nil {
		panic(err) // it is embedded
	}
	return p
}

// usage is what one picture takes of each.
type usage map[string]float64

const (
	operations = "queue operations"
	reads      = "R2 reads"
	cpu        = "ms of CPU"
	rows       = "rows written to D1"
)

var order = []string{operations, reads, cpu, rows}

// Measured: CPU by tests/edge/measure.mjs, a 640×480 JPEG; rows and bytes by tests/edge/bulk-cost.test.mjs, which fails where they differ.
const (
	cpuOfPicture  = 51
	rowsOfEvent   = 4
	rowsOfJob     = 6
	bytesOfResult = 950 // of a database, for each picture of a job
	keysOfMessage = 20
	perMessage    = 3 // operations: written, read, deleted
)

var (
	event    = usage{operations: perMessage, reads: 1, cpu: cpuOfPicture, rows: rowsOfEvent}
	backfill = usage{operations: perMessage / float64(keysOfMessage), reads: 1, cpu: cpuOfPicture, rows: rowsOfJob}
)

// cost is that of so many millions of pictures in a month, without what the plan costs; bare is of each without what the plan includes.
func (p prices) cost(u usage, millions float64) (sum float64, bare map[string]float64) {
	bare = map[string]float64{}
	for name, n := range u {
		price := p.PerMillion[name]
		bare[name] = n * price.Price
		sum += max(0, n*millions-price.Included) * price.Price
	}
	return sum, bare
}

func (p prices) table() string {
	var b strings.Builder
	fmt.Fprintf(&b, "| USD a million pictures | put in one by one | by a job |\n|:--|--:|--:|\n")
	_, one := p.cost(event, 1)
	_, many := p.cost(backfill, 1)
	var sums [2]float64
	for _, name := range order {
		fmt.Fprintf(&b, "| %s: %s and %s a picture | %.2f | %.2f |\n", name, number(event[name]), number(backfill[name]), one[name], many[name])
		sums[0] += one[name]
		sums[1] += many[name]
	}
	fmt.Fprintf(&b, "| **all of it** | **%.2f** | **%.2f** |\n", sums[0], sums[1])
	fmt.Fprintf(&b, "| of that, classifying alone: CPU | %.2f | %.2f |\n", one[cpu], many[cpu])
	fmt.Fprintf(&b, "| %s, classifying alone | %.2f | %.2f |\n\n", p.Hosted.Name, p.Hosted.PerMillion, p.Hosted.PerMillion)

	fmt.Fprintf(&b, "| pictures a month | put in one by one, USD | by a job, USD | %s alone, USD |\n|--:|--:|--:|--:|\n", p.Hosted.Name)
	for _, millions := range []float64{0.1, 1, 10, 100} {
		one, _ := p.cost(event, millions)
		many, _ := p.cost(backfill, millions)
		fmt.Fprintf(&b, "| %s million | %.2f | %.2f | %.2f |\n", number(millions), p.Monthly+one, p.Monthly+many, p.Monthly+millions*p.Hosted.PerMillion)
	}
	return b.String()
}

// full is how many millions of pictures a database holds.
func (p prices) full() float64 { return p.Limits["database, GB"] * 1e9 / bytesOfResult / 1e6 }

func number(x float64) string {
	return strings.TrimSuffix(strings.TrimRight(fmt.Sprintf("%.2f", x), "0"), ".")
}

func main() {
	p := readPrices()
	fmt.Printf("Prices of %s.\n\n%s\nA database is full at %.1f million pictures.\n", p.Date, p.table(), p.full())
}
