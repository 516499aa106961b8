package weights

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// openModule opens a file of a Go module, source being path@version/file. The go command downloads the module and checks it
// against the checksum database. It is no requirement of go.mod, for nothing of it is compiled.
func (l *List) openModule(ctx context.Context, source string) (io.ReadCloser, error) {
	module, rest, _ := strings.Cut(source, "@")
	version, file, ok := strings.Cut(rest, "/")
	module += "@" + version
	sum := l.Modules[module]
	if !ok || sum == "" {
		return nil, fmt.Errorf("%q is neither an address nor a file of a module whose hash the list knows", source)
	}
	dir, err := downloadModule(ctx, module, sum)
	if err != nil {
		return nil, err
	}
	return os.Open(filepath.Join(dir, filepath.FromSlash(file)))
}

// unavailable is the error for a module that the go command could not fetch or refused; it ends with the command's own words.
func unavailable(module, said string) error {
	return fmt.Errorf("the Go module %s, which holds the file, did not come from Go's module proxy.\n"+
		"Check the connection, and the proxy that \"go env GOPROXY\" names, then run this again. The go command said:\n%s", module, said)
}

// downloadModule returns the folder of the module path@version, whose go.sum hash must be sum.
func downloadModule(ctx context.Context, module, sum string) (dir string, err error) {
	// Away from this module, so that its go.mod and go.sum stay as they are.
	empty, err := os.MkdirTemp("", "depthwise-*")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(empty)
	cmd := exec.CommandContext(ctx, "go", "mod", "download", "-json", module)
	cmd.Dir = empty
	cmd.Env = append(os.Environ(), "PWD="+empty, "GOFLAGS=-mod=mod", "GOWORK=off", "GO111MODULE=on")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, failure := cmd.Output()
	var got struct{ Dir, Sum, Error string }
	switch err := json.Unmarshal(out, &got); {
	case got.Error != "":
		return "", unavailable(module, got.Error)
	case failure != nil:
		return "", unavailable(module, fmt.Sprintf("%v: %s", failure, bytes.TrimSpace(stderr.Bytes())))
	case err != nil:
		return "", fmt.Errorf("go mod download %s: %w", module, err)
	case got.Sum != sum:
		return "", fmt.Errorf("the Go module %s is not the one that is known here, so nothing of it is used: its hash is %s and should be %s",
			module, got.Sum, sum)
	}
	return got.Dir, nil
}
