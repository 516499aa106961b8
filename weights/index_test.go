package weights

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"mobilenet/web/build/output"
)

// smallList has two models of a few bytes, "a" and "b".
func smallList() *List {
	l := &List{Labels: map[string]File{"three": fileOf([]byte("x\ny\nz\n"), "")}}
	for _, name := range []string{"a", "b"} {
		l.Models = append(l.Models, Model{Name: name, Alpha: 1, Classes: 3, Type: "uint8", Labels: "three", File: fileOf([]byte(name), "")})
	}
	return l
}

func TestUpdateIndex(t *testing.T) {
	l := smallList()
	dir := t.TempDir()
	put := func(name, data string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(data), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	check := func(want string, own ...Entry) {
		t.Helper()
		entries, err := l.UpdateIndex(dir, own...)
		if err != nil {
			t.Fatal(err)
		}
		read, err := ReadIndex(dir)
		if err != nil || len(read) != len(entries) {
			t.Fatalf("read %v, %v", read, err)
		}
		var names []string
		for _, e := range read {
			names = append(names, e.Name)
		}
		if got := strings.Join(names, " "); got != want {
			t.Errorf("models.json has %q, want %q", got, want)
		}
	}
	own := func(data string) Entry {
		e := Entry{Name: "own", Classes: 3, Size: int64(len(data)), SHA256: fileOf([]byte(data), "").SHA256}
		e.File = output.HashedName("own.tflite", ".", e.SHA256)
		put(e.File, data)
		return e
	}

	check("")
	if data, _ := os.ReadFile(filepath.Join(dir, "models.json")); string(data) != "[]\n" {
		t.Errorf("no models: %q", data)
	}
	b := l.Entry(&l.Models[1])
	put(b.File, "b")
	check("") // its labels are missing
	put(b.Labels, "x\ny\nz\n")
	check("b")
	first := own("first")
	first.Normalize = json.RawMessage(`{"mean": 0, "scale": 1}`)
	check("b own", first)
	check("b own") // remembered
	if entries, err := ReadIndex(dir); err != nil || !bytes.Contains(entries[1].Normalize, []byte(`"scale": 1`)) {
		t.Errorf("normalize: %s, %v", entries[1].Normalize, err)
	}
	a := l.Entry(&l.Models[0])
	put(a.File, "a")
	check("a b own") // the list's order, not that of arrival
	check("a b own", own("second"))
	if _, err := os.Stat(filepath.Join(dir, first.File)); err == nil {
		t.Error("the replaced model is still there")
	}
	put(a.File, "A")
	check("b own") // altered
	put("models.json", "{")
	if _, err := l.UpdateIndex(dir); err == nil {
		t.Error("no error for a broken models.json")
	}
}

// The page fetches models.json.gz, so a compressed copy of another list must not stay.
func TestUpdateIndexRemovesStaleCompressed(t *testing.T) {
	l := smallList()
	dir := t.TempDir()
	compressed := []string{filepath.Join(dir, "models.json.gz"), filepath.Join(dir, "models.json.br")}
	update := func() (left int) {
		t.Helper()
		for _, name := range compressed {
			if err := os.WriteFile(name, []byte("old"), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := l.UpdateIndex(dir); err != nil {
			t.Fatal(err)
		}
		for _, name := range compressed {
			if _, err := os.Stat(name); err == nil {
				left++
			}
		}
		return left
	}
	if _, err := l.UpdateIndex(dir); err != nil {
		t.Fatal(err)
	}
	if left := update(); left != 2 {
		t.Errorf("the list is as before, and %d of its packed copies are left, want 2", left)
	}
	a := l.Entry(&l.Models[0])
	for name, data := range map[string]string{a.File: "a", a.Labels: "x\ny\nz\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(data), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if left := update(); left != 0 {
		t.Errorf("the list has changed, and %d packed copies of the old one are left", left)
	}
}
