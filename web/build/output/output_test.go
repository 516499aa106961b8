package output

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

func TestHashedName(t *testing.T) {
	sum := SHA256([]byte("abc")) // ba7816bf...
	for _, tt := range []struct{ name, separator, want string }{
		{"app/app.js", "-", "app/app-ba7816bf.js"},
		{"labels.txt", ".", "labels.ba7816bf.txt"},
		{"m_1.0_224.tflite", ".", "m_1.0_224.ba7816bf.tflite"},
		{"/engine/simd.bin", ".", "/engine/simd.ba7816bf.bin"},
	} {
		got := HashedName(tt.name, tt.separator, sum)
		if got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
		if !Hashed(got) || !Hashed(got+".gz") || Hashed(tt.name) {
			t.Errorf("%s, %s: not told apart", tt.name, got)
		}
	}
	if name := HashedName("bare", "-", sum); name != "bare-ba7816bf" {
		t.Errorf("without an extension: %s", name)
	}
}

func TestWriteFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sub", "file")
	var before os.FileInfo
	for _, data := range []string{"one", "one", "two"} {
		if err := WriteFile(path, []byte(data)); err != nil {
			t.Fatal(err)
		}
		if got, _ := os.ReadFile(path); string(got) != data {
			t.Errorf("%q, want %q", got, data)
		}
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if before != nil && (data == "one") != os.SameFile(before, info) {
			t.Errorf("after %q: replaced: %v", data, !os.SameFile(before, info))
		}
		before = info
	}
}

// What fails leaves the file of before, and nothing else.
func TestReplaceFails(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "file")
	if err := os.WriteFile(path, []byte("before"), 0o644); err != nil {
		t.Fatal(err)
	}
	failure := errors.New("half way")
	err := Replace(path, func(w *os.File) error {
		w.WriteString("half")
		return failure
	})
	if !errors.Is(err, failure) {
		t.Errorf("error %v", err)
	}
	entries, _ := os.ReadDir(dir)
	if data, _ := os.ReadFile(path); string(data) != "before" || len(entries) != 1 {
		t.Errorf("left %q, %v", data, entries)
	}
}
