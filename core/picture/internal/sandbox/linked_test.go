//go:build !js

package sandbox

import (
	"os/exec"
	"strings"
	"testing"
)

// Only programs of an operating system have decoders that run here: neither the Worker, nor what runs in a tab.
func TestNotLinked(t *testing.T) {
	for _, program := range []string{"mobilenet/wasm/edge", "mobilenet/wasm/tab", "mobilenet/wasm/workshop"} {
		cmd := exec.Command("go", "list", "-deps", program)
		cmd.Env = append(cmd.Environ(), "GOOS=js", "GOARCH=wasm")
		out, err := cmd.Output()
		if err != nil || !strings.Contains(string(out), program) {
			t.Fatalf("go list -deps %s: %v", program, err)
		}
		for _, decoder := range []string{"core/picture/avif", "core/picture/heic", "core/picture/internal/sandbox", "wazero"} {
			if strings.Contains(string(out), decoder) {
				t.Errorf("%s is linked with %s", program, decoder)
			}
		}
	}
}
