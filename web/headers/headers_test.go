package headers

import (
	"strings"
	"testing"
)

func TestCacheControl(t *testing.T) {
	for name, want := range map[string]bool{
		"app/app-0a1b2c3d.js":                               true,
		"mobilenet/tab-0a1b2c3d.wasm.gz":                    true,
		"models/mobilenet_v1_1.0_224_quant.c4149e63.tflite": true,
		"models/labels.536feacc.txt":                        true,
		"app/chunk-ABCD2345.js":                             true,
		"index.html":                                        false,
		"mobilenet/mobilenet.js":                            false,
		"mobilenet/mobilenet.d.ts":                          false,
		"models/models.json":                                false,
		"app-0a1b2c3d.js/x.js":                              false,
	} {
		if got := CacheControl(name); strings.Contains(got, "immutable") != want {
			t.Errorf("%s: %s", name, got)
		}
	}
}

func TestPolicy(t *testing.T) {
	for _, bad := range []string{"'unsafe-eval'", "unsafe-inline", "*", "http"} {
		if strings.Contains(Policy, bad) {
			t.Errorf("the policy allows %s", bad)
		}
	}
	for _, want := range []string{"; require-trusted-types-for 'script'; ", "; trusted-types mobilenet depthwise"} {
		if !strings.Contains(Meta, want) {
			t.Errorf("the policy has no %q", want)
		}
	}
	if strings.Contains(Meta, "frame-ancestors") || strings.ContainsAny(Meta, "\"<>&\n") {
		t.Errorf("not for a <meta>: %s", Meta)
	}
}

func TestFile(t *testing.T) {
	got := File([]string{"index.html", "app/app-0a1b2c3d.js"})
	for _, want := range []string{
		"/*\n  Cross-Origin-Opener-Policy: same-origin\n",
		"\n/index.html\n  Cache-Control: no-cache\n",
		"\n/app/app-0a1b2c3d.js\n  Cache-Control: public, max-age=31536000, immutable\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
}
