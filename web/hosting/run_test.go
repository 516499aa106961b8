package hosting

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestRun(t *testing.T) {
	dir := newSite(t).dir
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	r, w := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		ended <- Run(ctx, []string{"--addr", "localhost:0", "--dir", dir, "--prefix", "/some/path/"}, w, io.Discard)
	}()
	line, err := bufio.NewReader(r).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	address := line[strings.Index(line, "http://") : len(line)-1]
	if !strings.HasPrefix(address, "http://localhost:") || !strings.HasSuffix(address, "/some/path/") {
		t.Errorf("address %q", address)
	}
	_, port, _ := net.SplitHostPort(strings.Split(address, "/")[2])
	for _, host := range append(assigned(t), "localhost") {
		resp, err := http.Get("http://" + net.JoinHostPort(host, port) + "/some/path/")
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != 200 {
			t.Errorf("%s: status %d", host, resp.StatusCode)
		}
	}
	cancel()
	select {
	case err := <-ended:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(10 * time.Second):
		t.Error("it does not end")
	}
}

// runRefused returns the error of a run that shall not serve. One that does all the same is ended once it says so.
func runRefused(t *testing.T, args ...string) error {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	return Run(ctx, args, writerFunc(cancel), io.Discard)
}

// A writerFunc is called when something is written.
type writerFunc func()

func (f writerFunc) Write(p []byte) (int, error) {
	f()
	return len(p), nil
}

func TestRunRefuses(t *testing.T) {
	dir := newSite(t).dir
	taken := "127.0.0.1:" + hold(t, "127.0.0.1")
	for _, tt := range []struct {
		args []string
		want string
	}{
		{[]string{"--addr", taken, "--dir", dir}, "is taken by another program: choose another port with --addr"},
		{[]string{"--addr", "8080", "--dir", dir}, "--addr gives as HOST:PORT"},
		{[]string{"--dir", dir + "/missing"}, "make build"},
		{[]string{"--dir", dir + "/models"}, "holds no index.html"},
		{[]string{"--port", "1"}, "--help"},
		{[]string{"dist"}, "what is \"dist\"?"},
	} {
		if err := runRefused(t, tt.args...); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%v: error %v, want %q", tt.args, err, tt.want)
		}
	}
	var help strings.Builder
	if err := Run(t.Context(), []string{"--help"}, io.Discard, &help); !errors.Is(err, flag.ErrHelp) || help.String() != usage {
		t.Errorf("--help: %v, %q", err, &help)
	}
}
