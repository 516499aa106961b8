package main

import (
	"strings"
	"testing"
)

func TestChecksums(t *testing.T) {
	out := t.TempDir()
	for name, data := range map[string]string{"a.txt": "abc", "a.txt.br": "", "b/c.png": "abc", "b/models.json": "[]", "other.txt": "somebody's"} {
		put(t, out, name, data)
	}
	s := &site{files: map[string][]byte{"a.txt": nil, "b/c.png": nil}, models: []string{"b/models.json"}}
	if err := s.writeChecksums(out); err != nil {
		t.Fatal(err)
	}
	// The first is the SHA-256 of "abc" in FIPS 180-2, appendix B.1.
	const want = `ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  a.txt
e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  a.txt.br
ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  b/c.png
4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945  b/models.json
`
	if got := read(t, out)[checksumsFile]; got != want {
		t.Errorf("got\n%s", got)
	}
	s.add("missing.txt", nil)
	if err := s.writeChecksums(out); err == nil || !strings.Contains(err.Error(), "missing.txt") {
		t.Errorf("error %v for a file that is not there", err)
	}
}
