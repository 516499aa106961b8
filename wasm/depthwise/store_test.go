package main

import (
	"os/exec"
	"strings"
	"testing"

	"mobilenet/weights"
)

// The weights are fetched once, which is said, and the labels are theirs.
func TestFetchedOnce(t *testing.T) {
	list, err := weights.Default()
	if err != nil {
		t.Fatal(err)
	}
	module, _, _ := strings.Cut(list.Models[0].Source, "/_example")
	if out, err := exec.Command("go", "mod", "download", module).CombinedOutput(); err != nil {
		t.Skipf("skipped: the module with the weights cannot be had: %s", out)
	}
	b := newBench(t)
	b.write("one.png", pngOf(t, 1))
	first, stderr, status := b.run("classify", "--json", "one.png")
	if status != statusFine || strings.Count(stderr, "this is needed once") != 2 {
		t.Errorf("status %d, said %q", status, stderr)
	}
	if a := answers(t, first); len(a) != 1 || a[0].Model != list.Models[0].Name || len(a[0].Predictions) != 5 || strings.HasPrefix(a[0].Predictions[0].Label, "class ") {
		t.Errorf("answers %v", a)
	}
	if again, stderr, status := b.run("classify", "--json", "--model", list.Models[0].Name, "one.png"); status != statusFine || stderr != "" || again != first {
		t.Errorf("the second time: status %d, said %q, %s", status, stderr, again)
	}
}
