package simd_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"mobilenet/core/internal/testmodel"
	"mobilenet/core/mobilenet"
	"mobilenet/core/simd"
	"mobilenet/core/simd/wazerohost"
	"mobilenet/core/tflite"
)

// A setting is a host and the features it is asked for.
type setting struct {
	host     simd.Host
	features simd.Features
}

func (s setting) String() string {
	host := "wazero"
	if s.host == (nodeHost{}) {
		host = "node"
	}
	engine := "simd"
	if s.features.Relaxed {
		engine = "relaxed"
	}
	return fmt.Sprintf("%s-%s-%d", host, engine, s.features.Threads)
}

// settings are those that the machine has the host for.
func settings(t testing.TB) []setting {
	all := []setting{
		{wazerohost.Host{}, simd.Features{Threads: 1}},
		{wazerohost.Host{}, simd.Features{Threads: 3, Shared: true}},
	}
	if _, err := exec.LookPath("node"); err != nil {
		t.Log("node is not on PATH: relaxed SIMD is not tested")
		return all
	}
	return append(all,
		setting{nodeHost{}, simd.Features{Threads: 1}},
		setting{nodeHost{}, simd.Features{Threads: 1, Relaxed: true}},
		setting{nodeHost{}, simd.Features{Threads: 2, Relaxed: true, Shared: true}},
		setting{nodeHost{}, simd.Features{Threads: 4, Shared: true}},
	)
}

var goldenModels = []string{"mobilenet_v1_0.25_128_quant", "mobilenet_v1_0.5_160_quant", "mobilenet_v1_0.75_192_quant", "mobilenet_v1_1.0_224_quant"}

// golden reads one of the goldenModels.
func golden(t testing.TB, name string) *mobilenet.Model {
	t.Helper()
	var data []byte
	if name == "mobilenet_v1_1.0_224_quant" {
		data = testmodel.Default(t)
	} else {
		data = read(t, testmodel.Shared(t, "models/"+name+".tflite"))
	}
	model, err := tflite.Read(data)
	if err != nil {
		t.Fatal(err)
	}
	return model
}

// TestGoldens compares whole outputs, 1001 bytes each, with what LiteRT.js gave for real photos.
func TestGoldens(t *testing.T) {
	for _, name := range goldenModels {
		t.Run(name, func(t *testing.T) {
			dir := testmodel.Shared(t, "goldens/"+name)
			model := golden(t, name)
			pictures, err := filepath.Glob(filepath.Join(dir, "*.rgb"))
			if err != nil || len(pictures) == 0 {
				t.Fatalf("no pictures in %s (%v)", dir, err)
			}
			for _, s := range settings(t) {
				t.Run(s.String(), func(t *testing.T) {
					engine := start(t, model, s)
					var out mobilenet.Result
					for _, picture := range pictures {
						if err := engine.Run(context.Background(), read(t, picture), mobilenet.Want{}, &out); err != nil {
							t.Fatal(err)
						}
						want := read(t, strings.TrimSuffix(picture, ".rgb")+".out")
						if !bytes.Equal(out.Output, want) {
							t.Errorf("%s: differs from LiteRT", filepath.Base(picture))
						}
					}
				})
			}
		})
	}
}

// start makes an engine that the test closes.
func start(t testing.TB, model *mobilenet.Model, s setting) *simd.Engine {
	t.Helper()
	engine, err := simd.New(model, s.features, s.host)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := engine.Close(); err != nil {
			t.Error(err)
		}
	})
	return engine
}

func read(t testing.TB, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}
