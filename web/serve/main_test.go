package main

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
	dir := newSite(t).root.Name()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	r, w := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		ended <- run(ctx, []string{"--addr", "localhost:0", "--dir", dir, "--prefix", "/some/path/"}, w, io.Discard)
	}()
	line, err := bufio.NewReader(r).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	address := line[strings.Index(line, "http://") : len(line)-1]
	if !strings.HasPrefix(address, "http://localhost:") || !strings.HasSuffix(address, "/some/path/") {
		t.Errorf("address %q", address)
	}
	resp, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != 200 {
		t.Errorf("status %d", resp.StatusCode)
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

func TestRunRefuses(t *testing.T) {
	dir := newSite(t).root.Name()
	taken, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	for _, tt := range []struct {
		args []string
		want string
	}{
		{[]string{"--addr", taken.Addr().String(), "--dir", dir}, "is taken by another program: choose another port with --addr"},
		{[]string{"--addr", "8080", "--dir", dir}, "--addr gives as HOST:PORT"},
		{[]string{"--dir", dir + "/missing"}, "make build"},
		{[]string{"--dir", dir + "/models"}, "holds no index.html"},
		{[]string{"--port", "1"}, "--help"},
		{[]string{"dist"}, "what is \"dist\"?"},
	} {
		if err := run(t.Context(), tt.args, io.Discard, io.Discard); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%v: error %v, want %q", tt.args, err, tt.want)
		}
	}
	var help strings.Builder
	if err := run(t.Context(), []string{"--help"}, io.Discard, &help); !errors.Is(err, flag.ErrHelp) || help.String() != usage {
		t.Errorf("--help: %v, %q", err, &help)
	}
}
