// Package testmodel finds the real weights and the shared test data for tests. Neither is committed: a test that misses them is
// skipped, and says why.
package testmodel

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
)

const (
	module = "github.com/mattn/go-tflite@v1.0.1"
	model  = "mobilenet_quant_v1_224.tflite"
	digest = "c4149e63f56056d9a564ceed1d96a84d7a50d90b0ff1da01f72afabe752ef097"
)

// Default returns the bytes of the default model, mobilenet_v1_1.0_224_quant. Callers must not write into them. It is looked for in
// $DEPTHWISE_MODEL, then in dist/models, then in the Go module it comes from, which a js/wasm test cannot ask for.
func Default(t testing.TB) []byte {
	t.Helper()
	data, err := load()
	if err != nil {
		t.Skipf("skipped: no default model: %v", err)
	}
	return data
}

var load = sync.OnceValues(func() ([]byte, error) {
	if path := os.Getenv("DEPTHWISE_MODEL"); path != "" {
		return verified(path)
	}
	root, err := Root()
	if err != nil {
		return nil, err
	}
	// The name in dist holds the first 8 digits of the file's SHA-256.
	found, err := filepath.Glob(filepath.Join(root, "dist", "models", "*."+digest[:8]+".tflite"))
	if err == nil && len(found) > 0 {
		return verified(found[0])
	}
	dir, err := moduleDir()
	if err != nil {
		return nil, err
	}
	return verified(filepath.Join(dir, model))
})

// Labels returns the text of the default model's label file, 1001 lines; it is looked for as the model is.
func Labels(t testing.TB) string {
	t.Helper()
	return string(beside(t, filepath.Join("models", "labels.*.txt"), "labels.txt"))
}

// Peacock returns a photo of a peacock, a PNG file of 133×200 pixels; it is looked for as the model is.
func Peacock(t testing.TB) []byte {
	t.Helper()
	return beside(t, filepath.Join("samples", "peacock.*.png"), "peacock.png")
}

// beside reads a file that matches pattern in dist, or one that stands beside the model in its module.
func beside(t testing.TB, pattern, name string) []byte {
	t.Helper()
	path, err := func() (string, error) {
		root, err := Root()
		if err != nil {
			return "", err
		}
		if found, err := filepath.Glob(filepath.Join(root, "dist", pattern)); err == nil && len(found) > 0 {
			return found[0], nil
		}
		dir, err := moduleDir()
		return filepath.Join(dir, name), err
	}()
	if err != nil {
		t.Skipf("skipped: no %s: %v", name, err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Skipf("skipped: no %s: %v", name, err)
	}
	return data
}

// moduleDir is the folder of the default model in its Go module, which is downloaded if need be.
var moduleDir = sync.OnceValues(func() (string, error) {
	if runtime.GOOS == "js" {
		return "", fmt.Errorf("it is not in dist: run go run ./weights/fetch, or set DEPTHWISE_MODEL")
	}
	cmd := exec.Command("go", "mod", "download", "-json", module)
	cmd.Dir = os.TempDir() // outside of our module, so that its go.sum stays as it is
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("go mod download %s: %v", module, err)
	}
	var got struct{ Dir string }
	if err := json.Unmarshal(out, &got); err != nil {
		return "", err
	}
	return filepath.Join(got.Dir, "_example", "label_image"), nil
})

func verified(path string) ([]byte, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	if sum := sha256.Sum256(data); hex.EncodeToString(sum[:]) != digest {
		return nil, fmt.Errorf("%s is another file: its SHA-256 is %x", path, sum)
	}
	return data, nil
}

// Shared returns the path of a file or folder of the shared test data, for example "models/mobilenet_v1_0.25_128_quant.tflite". The
// data is looked for in $SHARED, then beside the repository, in ../shared.
func Shared(t testing.TB, rel string) string {
	t.Helper()
	dir := os.Getenv("SHARED")
	if dir == "" {
		root, err := Root()
		if err != nil {
			t.Fatal(err)
		}
		dir = filepath.Join(filepath.Dir(root), "shared")
	}
	path := filepath.Join(dir, filepath.FromSlash(rel))
	if _, err := os.Stat(path); err != nil {
		t.Skipf("skipped: no shared test data: %v", err)
	}
	return path
}

// Root is the repository's top folder: the nearest one upwards that holds go.mod.
func Root() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		up := filepath.Dir(dir)
		if up == dir {
			return "", fmt.Errorf("no go.mod in the working directory or above it")
		}
		dir = up
	}
}
