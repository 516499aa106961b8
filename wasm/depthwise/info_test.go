package main

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/spf13/pflag"
)

// info counts what the model has; every command has a manual page with what its --help says, and the shells complete.
func TestInfoAndManual(t *testing.T) {
	b := newBench(t)
	stdout, _, status := b.run("info", "model.tflite", "--labels", "names.txt", "--json")
	var a about
	if err := json.Unmarshal([]byte(stdout), &a); err != nil || status != statusFine {
		t.Fatalf("status %d, %v", status, err)
	}
	parameters, adds := 0, 0
	for _, l := range a.Layers {
		parameters, adds = parameters+l.Parameters, adds+l.MultiplyAdds
	}
	if a.Classes != 7 || a.Labels[2] != "cat" || a.Parameters != parameters || a.MultiplyAdds != adds || len(a.Layers) != 29 || a.Input != [3]int{48, 48, 3} {
		t.Errorf("%+v", a)
	}
	stdout, _, _ = b.run("info", "model.tflite", "--labels", "names.txt")
	contains(t, "info", stdout, "MobileNetV1", "48×48", "ant, bee, cat, …", "dw13", thousands(parameters))
	stdout, _, _ = b.run("info", "--list")
	contains(t, "the list", stdout, "mobilenet_v1_1.0_224_quant", "the default")

	if _, stderr, status := b.run("manual", "man"); status != statusFine {
		t.Fatalf("manual: %q", stderr)
	}
	for _, c := range newRoot().Commands() {
		page := b.read("man/depthwise-" + c.Name() + ".1")
		contains(t, "the page of "+c.Name(), page, c.Short)
		c.Flags().VisitAll(func(f *pflag.Flag) { contains(t, "the page of "+c.Name(), page, strings.ReplaceAll(f.Name, "-", `\-`)) })
		if c.Long == "" && c.Name() != "version" {
			t.Errorf("%s has no long text", c.Name())
		}
	}
	for _, shell := range []string{"bash", "zsh", "fish", "powershell"} {
		if stdout, _, status := b.run("completion", shell); status != statusFine || !strings.Contains(stdout, "depthwise") {
			t.Errorf("completion %s: status %d", shell, status)
		}
	}
	stdout, _, _ = b.run("__complete", "classify", "--crop", "")
	contains(t, "what the shell offers", stdout, "center\nsquare\nwhole\n")
	stdout, _, _ = b.run("version")
	contains(t, "version", stdout, "depthwise ", "go1.", "wazero")
}
