package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// A service is "depthwise serve" that runs.
type service struct {
	t      *testing.T
	c      *exec.Cmd
	stderr bytes.Buffer
	lines  []string // that it said on standard output until it served
}

// serve starts it with the bench's model, or as the command says, and waits until it has said so many lines.
func (b *bench) serve(c *exec.Cmd, lines int) *service {
	b.t.Helper()
	s := &service{t: b.t, c: c}
	c.Stderr = &s.stderr
	out, err := c.StdoutPipe()
	if err == nil {
		err = c.Start()
	}
	if err != nil {
		b.t.Fatal(err)
	}
	b.t.Cleanup(func() { c.Process.Kill() })
	read := bufio.NewReader(out)
	for range lines {
		line, err := read.ReadString('\n')
		if err != nil {
			c.Wait()
			b.t.Fatalf("it ended: %s", &s.stderr)
		}
		s.lines = append(s.lines, strings.TrimSpace(line))
	}
	go io.Copy(io.Discard, read)
	return s
}

// end ends it as systemd does, and returns its exit status.
func (s *service) end() int {
	s.t.Helper()
	s.c.Process.Signal(syscall.SIGTERM)
	done := make(chan error, 1)
	go func() { done <- s.c.Wait() }()
	select {
	case <-done:
	case <-time.After(time.Minute):
		s.t.Fatal("it does not end")
	}
	return s.c.ProcessState.ExitCode()
}

func (s *service) url() string {
	_, url, _ := strings.Cut(s.lines[0], " on ")
	return strings.TrimSuffix(url, "/")
}

var modelFlags = []string{"serve", "--model", "model.tflite", "--labels", "names.txt"}

func post(t *testing.T, c *http.Client, url string) (status int, body string) {
	t.Helper()
	r, err := c.Post(url+"/api/classify", "image/png", bytes.NewReader(pngOf(t, 1)))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	data, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return r.StatusCode, string(data)
}

// Without a page there is the API, and it is said what is missing.
func TestServe(t *testing.T) {
	b := newBench(t)
	s := b.serve(b.command(append(modelFlags, "--addr", "localhost:0", "--metrics", "127.0.0.1:0")...), 2)
	status, body := post(t, http.DefaultClient, s.url())
	stdout, _, _ := func() (string, string, int) {
		b.write("one.png", pngOf(t, 1))
		return b.classify("--json", "one.png")
	}()
	_, mine, _ := strings.Cut(body, `"predictions":`)
	_, its, _ := strings.Cut(stdout, `"predictions":`)
	if status != 200 || !strings.HasPrefix(body, `{"model":"model",`) || strings.TrimRight(mine, "}\n") != strings.TrimRight(its, "}\n") {
		t.Errorf("%d %s, and classify says %s", status, body, stdout)
	}
	r, err := http.Get(s.url())
	if err != nil {
		t.Fatal(err)
	}
	text, _ := io.ReadAll(r.Body)
	r.Body.Close()
	if r.StatusCode != 404 || !strings.Contains(string(text), "make build") {
		t.Errorf("the page: %d %s", r.StatusCode, text)
	}
	if s.end() != statusFine || !strings.Contains(s.stderr.String(), "make build") || !strings.HasPrefix(s.lines[1], "Metrics are on http://127.0.0.1:") {
		t.Errorf("status %d, said %q, %s", s.c.ProcessState.ExitCode(), s.lines, &s.stderr)
	}
}

// A folder is served that --dir names; the token comes from a file or the environment.
func TestServeFolder(t *testing.T) {
	b := newBench(t)
	b.write("site/index.html", []byte("<!doctype html>here"))
	b.write("token", []byte("secret\n"))
	for _, from := range []string{"flag", "variable"} {
		c := b.command(append(modelFlags, "--addr", "localhost:0", "--dir", "site")...)
		if from == "flag" {
			c.Args = append(c.Args, "--token-file", "token")
		} else {
			c.Env = append(c.Env, tokenVariable+"=secret")
		}
		s := b.serve(c, 1)
		if status, _ := post(t, http.DefaultClient, s.url()); status != 401 {
			t.Errorf("without the token: %d", status)
		}
		r, err := http.Get(s.url() + "/")
		if err != nil {
			t.Fatal(err)
		}
		r.Body.Close()
		if r.StatusCode != 200 {
			t.Errorf("the page: %d", r.StatusCode)
		}
		s.end()
	}
}

// On a Unix socket, and on one that systemd passes.
func TestServeSockets(t *testing.T) {
	b := newBench(t)
	path := filepath.Join(b.dir, "socket")
	dial := &http.Client{Transport: &http.Transport{DisableKeepAlives: true, DialContext: func(context.Context, string, string) (net.Conn, error) {
		return net.Dial("unix", path)
	}}}
	s := b.serve(b.command(append(modelFlags, "--addr", "unix:"+path)...), 1)
	if status, _ := post(t, dial, "http://any"); status != 200 || !strings.Contains(s.lines[0], "on unix:"+path) {
		t.Errorf("%d, %q", status, s.lines)
	}
	if s.end() != statusFine {
		t.Errorf("%s", &s.stderr)
	}
	if _, err := os.Stat(path); err == nil {
		t.Error("the socket is still there")
	}

	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	file, err := listener.(*net.TCPListener).File()
	if err != nil {
		t.Fatal(err)
	}
	notify, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: filepath.Join(b.dir, "notify"), Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	defer notify.Close()
	c := b.command(modelFlags...)
	// The process is to be told its own number, which only a shell in its place knows.
	c.Args = append([]string{"sh", "-c", `LISTEN_PID=$$ LISTEN_FDS=1 exec "$@"`, "sh", os.Args[0]}, c.Args[1:]...)
	if c.Path, err = exec.LookPath("sh"); err != nil {
		t.Skip("skipped: there is no sh")
	}
	c.Env = append(c.Env, "NOTIFY_SOCKET="+filepath.Join(b.dir, "notify"))
	c.ExtraFiles = []*os.File{file}
	s = b.serve(c, 1)
	if status, _ := post(t, http.DefaultClient, "http://"+listener.Addr().String()); status != 200 {
		t.Errorf("%d", status)
	}
	// What comes after it has ended waits in the socket for the next one, for that is systemd's.
	if s.end() != statusFine {
		t.Errorf("%s", &s.stderr)
	}
	for _, want := range []string{"READY=1", "STOPPING=1"} {
		state := make([]byte, 100)
		n, err := notify.Read(state)
		if string(state[:n]) != want {
			t.Errorf("systemd is told %q, %v", state[:n], err)
		}
	}
}

func TestServeRefuses(t *testing.T) {
	b := newBench(t)
	b.write("empty", nil)
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	for _, tt := range []struct {
		flags  []string
		status int
		says   string
	}{
		{[]string{"--addr", taken.Addr().String()}, statusFailed, "is taken by another program"},
		{[]string{"--addr", "8080"}, statusFailed, "--addr gives as HOST:PORT"},
		{[]string{"--addr", "127.0.0.1:0", "--metrics", taken.Addr().String()}, statusFailed, "choose another port with --metrics"},
		{[]string{"--tls-cert", "cert.pem"}, statusUsage, "go together"},
		{[]string{"--tls-cert", "cert.pem", "--tls-key", "key.pem"}, statusFailed, "cert.pem: no such file"},
		{[]string{"--token-file", "empty"}, statusFailed, "open to everybody"},
		{[]string{"--dir", "nowhere"}, statusFailed, "there is no folder nowhere"},
		{[]string{"--engines", "0"}, statusUsage, "--engines 0"},
		{[]string{"--queue", "-1"}, statusUsage, "--queue -1"},
		{[]string{"--timeout", "1ms"}, statusUsage, "--timeout 1ms"},
		{[]string{"--model", "missing.tflite", "--addr", "127.0.0.1:0"}, statusFailed, "missing.tflite"},
		{[]string{"extra"}, statusUsage, "extra"},
	} {
		_, stderr, status := b.run(append(modelFlags, tt.flags...)...)
		if status != tt.status || !strings.Contains(stderr, tt.says) {
			t.Errorf("%v: status %d, %s", tt.flags, status, stderr)
		}
	}
}

// The first Ctrl-C ends it once it has answered; a second would end it at once.
func TestServeInterrupted(t *testing.T) {
	b := newBench(t)
	s := b.serve(b.command(append(modelFlags, "--addr", "localhost:0", "--drain", "1h")...), 1)
	s.c.Process.Signal(os.Interrupt)
	for end := time.Now().Add(time.Minute); ; time.Sleep(10 * time.Millisecond) {
		if r, err := http.Get(s.url() + "/api/health"); err == nil {
			r.Body.Close()
			if r.StatusCode == 503 {
				break
			}
		}
		if time.Now().After(end) {
			t.Fatal("it does not drain")
		}
	}
	s.c.Process.Signal(os.Interrupt)
	var exit *exec.ExitError
	if err := s.c.Wait(); !errors.As(err, &exit) {
		t.Errorf("%v", err)
	}
}
