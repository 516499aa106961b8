package main

import (
	"bytes"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// What CycloneDX 1.6 demands of the fields that are used (https://cyclonedx.org/docs/1.6/json/), and what its readers rely on.
func TestSBOM(t *testing.T) {
	all := []component{
		{kind: "library", name: "std", version: "1.26.8", author: "The Go Authors", license: "BSD-3-Clause", text: "..."},
		{kind: "library", name: "github.com/Some/Module", version: "v2.0.0+incompatible", license: "MIT"},
		{kind: "machine-learning-model", name: "m", sha256: strings.Repeat("0a", 32), source: "https://example.org/m.tflite", license: "Apache-2.0"},
		{kind: "file", name: "cat", sha256: strings.Repeat("0b", 32), source: "github.com/some/module@v1.0.0/a/cat.jpg", license: "CC BY-SA 4.0"},
		{kind: "data", name: "WordNet", version: "3.0", license: "WordNet"},
		{kind: "file", name: "own", license: "Ours alone"},
		{kind: "file", name: "unknown"},
	}
	data, err := sbom("1.2.3", all)
	if err != nil {
		t.Fatal(err)
	}
	again, err := sbom("1.2.3", all)
	if err != nil || !bytes.Equal(data, again) {
		t.Errorf("made twice it is another: %v", err)
	}
	var b map[string]any
	if err := json.Unmarshal(data, &b); err != nil {
		t.Fatal(err)
	}
	if b["bomFormat"] != "CycloneDX" || b["specVersion"] != "1.6" || b["version"] != 1.0 {
		t.Errorf("%v %v %v", b["bomFormat"], b["specVersion"], b["version"])
	}
	if b["serialNumber"] != nil || b["metadata"].(map[string]any)["timestamp"] != nil {
		t.Error("it differs from build to build")
	}

	types := []string{"application", "library", "machine-learning-model", "data", "file"} // some of the enumeration
	digest := regexp.MustCompile(`^[0-9a-f]{64}$`)
	refs := map[string]bool{}
	list := append([]any{b["metadata"].(map[string]any)["component"]}, b["components"].([]any)...)
	if len(list) != len(all)+1 {
		t.Fatalf("%d components", len(list))
	}
	var purls, licenses []string
	for _, item := range list {
		c := item.(map[string]any)
		ref, _ := c["bom-ref"].(string)
		kind, _ := c["type"].(string)
		if name, _ := c["name"].(string); name == "" || ref == "" || refs[ref] || !slices.Contains(types, kind) {
			t.Errorf("a name, a kind, or a reference of its own is missing: %v", c)
		}
		refs[ref] = true
		if purl, ok := c["purl"].(string); ok {
			purls = append(purls, purl)
		}
		hashes, _ := c["hashes"].([]any)
		for _, h := range hashes {
			if h := h.(map[string]any); h["alg"] != "SHA-256" || !digest.MatchString(h["content"].(string)) {
				t.Errorf("%s: hash %v", ref, h)
			}
		}
		given, _ := c["licenses"].([]any)
		for _, l := range given {
			license := l.(map[string]any)["license"].(map[string]any)
			if len(license) != 1 { // either an SPDX id or a name
				t.Errorf("%s: licence %v", ref, license)
			}
			for key, value := range license {
				licenses = append(licenses, key+" "+value.(string))
			}
		}
	}
	if want := []string{
		"pkg:golang/std@1.26.8", "pkg:golang/github.com/some/module@v2.0.0%2Bincompatible",
		"pkg:golang/github.com/some/module@v1.0.0#a/cat.jpg",
	}; !slices.Equal(purls, want) {
		t.Errorf("package URLs %q", purls)
	}
	if want := []string{
		"id Apache-2.0", "id BSD-3-Clause", "id MIT", "id Apache-2.0", "id CC-BY-SA-4.0", "id WordNet", "name Ours alone",
	}; !slices.Equal(licenses, want) {
		t.Errorf("licences %q", licenses)
	}

	depends := map[string]bool{}
	for _, item := range b["dependencies"].([]any) {
		d := item.(map[string]any)
		ref := d["ref"].(string)
		if !refs[ref] || depends[ref] {
			t.Errorf("%s is no component, or comes twice", ref)
		}
		depends[ref] = true
		on, _ := d["dependsOn"].([]any)
		for _, other := range on {
			if !refs[other.(string)] {
				t.Errorf("%s depends on %s, which is no component", ref, other)
			}
		}
	}
	if len(depends) != len(refs) {
		t.Errorf("dependencies of %d components, of %d", len(depends), len(refs))
	}
}
