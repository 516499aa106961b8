package hosting

import (
	"cmp"
	"compress/gzip"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/andybalholm/brotli"
)

// A coding is a content coding for which the build leaves files beside the originals.
type coding struct {
	name, extension string
	decompress      func(io.Reader) (io.Reader, error)
}

// codings has the better one first.
var codings = []coding{
	{"br", ".br", func(r io.Reader) (io.Reader, error) { return brotli.NewReader(r), nil }},
	{"gzip", ".gz", func(r io.Reader) (io.Reader, error) { return gzip.NewReader(r) }},
}

// accepted lists the codings that Accept-Encoding takes (RFC 9110, section 12.5.3), the preferred ones first. A coding that the
// client likes less than the file itself is left out.
func accepted(values []string) []coding {
	weights := map[string]float64{}
	for item := range strings.SplitSeq(strings.Join(values, ","), ",") {
		name, parameters, _ := strings.Cut(item, ";")
		name = strings.ToLower(strings.TrimSpace(name))
		if name == "x-gzip" {
			name = "gzip"
		}
		if name != "" {
			weights[name] = quality(parameters)
		}
	}
	weight := func(name string) float64 {
		if q, ok := weights[name]; ok {
			return q
		}
		return weights["*"]
	}
	identity := weights["identity"]
	var list []coding
	for _, c := range codings {
		if q := weight(c.name); q > 0 && q >= identity {
			list = append(list, c)
		}
	}
	slices.SortStableFunc(list, func(a, b coding) int { return cmp.Compare(weight(b.name), weight(a.name)) })
	return list
}

// quality reads "q=0.5". A broken one counts as a refusal.
func quality(parameters string) float64 {
	key, value, ok := strings.Cut(strings.TrimSpace(parameters), "=")
	if !ok || !strings.EqualFold(strings.TrimSpace(key), "q") {
		return 1
	}
	q, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
	if err != nil || !(q >= 0 && q <= 1) {
		return 0
	}
	return q
}
