package simd_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"mobilenet/core/internal/testmodel"
	"mobilenet/core/mobilenet"
	"mobilenet/core/simd"
	"mobilenet/core/simd/wazerohost"
	"mobilenet/core/tflite"
)

func TestGoldens(t *testing.T) {
	for _, name := range []string{"mobilenet_v1_0.25_128_quant", "mobilenet_v1_0.5_160_quant", "mobilenet_v1_0.75_192_quant", "mobilenet_v1_1.0_224_quant"} {
		t.Run(name, func(t *testing.T) {
			dir := testmodel.Shared(t, "goldens/"+name)
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
			engine, err := simd.New(model, simd.Features{Threads: 1}, wazerohost.Host{})
			if err != nil {
				t.Fatal(err)
			}
			defer engine.Close()
			pictures, err := filepath.Glob(filepath.Join(dir, "*.rgb"))
			if err != nil || len(pictures) == 0 {
				t.Fatalf("no pictures in %s (%v)", dir, err)
			}
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
}

func read(t testing.TB, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}
