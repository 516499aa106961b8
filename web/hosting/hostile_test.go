package hosting

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// startServer serves a site on a real connection, as the program does but for what change does to the server. It gives the
// address, and the folder that is served.
func startServer(t *testing.T, change func(*http.Server)) (address, dir string) {
	t.Helper()
	site := newSite(t)
	server := NewServer(site)
	if change != nil {
		change(server)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go server.Serve(listener)
	t.Cleanup(func() { server.Close() })
	return listener.Addr().String(), site.dir
}

func dial(t *testing.T, address string) net.Conn {
	t.Helper()
	c, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	c.SetDeadline(time.Now().Add(time.Minute)) // against hanging for ever
	return c
}

// raw sends bytes that no client library would, and gives the answer.
func raw(t *testing.T, address, request string) (*http.Response, string) {
	t.Helper()
	c := dial(t, address)
	go io.WriteString(c, request) // the server may answer before it has read all
	resp, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		t.Fatalf("%.60q: %v", request, err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatalf("%.60q: %v", request, err)
	}
	return resp, string(body)
}

// Whatever a client writes for a path, it gets no file from outside the folder.
func TestRawPaths(t *testing.T) {
	address, _ := startServer(t, nil)
	for target, want := range map[string]int{
		"/":                               200,
		"/models/%6dodels.json":           200, // encoded for no reason
		"http://example.org/index.html":   200, // as to a proxy
		"/../secret":                      404,
		"/%2e%2e/secret":                  404,
		"/..%2fsecret":                    404,
		"/%2e%2e%2fsecret":                404,
		"/app/%2e%2e/%2e%2e/secret":       404,
		"/%252e%252e/secret":              404, // encoded twice
		"/%252e%252e%252fsecret":          404,
		"/..%5csecret":                    404,
		"/..\\secret":                     404,
		"/app\\..\\..\\secret":            404,
		"/%c0%ae%c0%ae/secret":            404, // an overlong dot of UTF-8
		"/%2fetc/passwd":                  404,
		"//etc/passwd":                    404,
		"/C:/Windows/win.ini":             404,
		"/index.html%00":                  404,
		"/index.html%00.png":              404,
		"/escape":                         404, // links that lead out
		"/absolute":                       404,
		"/chain":                          404,
		"/loop":                           404,
		"/%2epartial-1":                   404, // hidden
		"/%5fheaders":                     404,
		"http://example.org/../../secret": 404,
		"/%zz":                            400,
		"../secret":                       400,
		"secret":                          400,
		"file:///etc/passwd":              404,
	} {
		resp, body := raw(t, address, "GET "+target+" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
		if resp.StatusCode != want || body == "secret" || strings.Contains(body, "root:") {
			t.Errorf("%s: %d %.40q, want %d", target, resp.StatusCode, body, want)
		}
	}
}

// The name that a client calls the server by changes nothing, and comes back nowhere.
func TestHost(t *testing.T) {
	address, _ := startServer(t, nil)
	for _, path := range []string{"/", "/missing", "/app"} {
		var first string
		for i, host := range []string{"localhost", "rebound.example", "rebound.example:99999999", "<script>", ""} {
			resp, body := raw(t, address, "GET "+path+" HTTP/1.1\r\nHost: "+host+"\r\nX-Forwarded-Host: rebound.example\r\nConnection: close\r\n\r\n")
			if strings.Contains(host, "<") {
				if resp.StatusCode != 400 {
					t.Errorf("Host: %s: %d", host, resp.StatusCode)
				}
				continue
			}
			resp.Header.Del("Date")
			answer := fmt.Sprint(resp.StatusCode, resp.Header, body)
			if i == 0 {
				first = answer
			}
			if answer != first || strings.Contains(answer, "rebound") {
				t.Errorf("%s, Host: %s: %s, want %s", path, host, answer, first)
			}
		}
	}
}

func TestLargeRequests(t *testing.T) {
	address, _ := startServer(t, nil)
	big := strings.Repeat("x", 200<<10)
	for what, tt := range map[string]struct {
		request string
		want    int
	}{
		"a header":     {"GET / HTTP/1.1\r\nHost: localhost\r\nX-Big: " + big + "\r\n\r\n", 431},
		"many headers": {"GET / HTTP/1.1\r\nHost: localhost\r\n" + strings.Repeat("X-Many: 1\r\n", 20_000) + "\r\n", 431},
		"a path":       {"GET /" + big + " HTTP/1.1\r\nHost: localhost\r\n\r\n", 431},
		"a long path":  {"GET /" + big[:32<<10] + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", 404},
		"many ranges": {
			"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nRange: bytes=0-0" + strings.Repeat(",0-0", 10_000) + "\r\n\r\n", 200,
		},
		"many codings": {
			"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAccept-Encoding: br" + strings.Repeat(",br", 10_000) + "\r\n\r\n", 200,
		},
		"a body": {"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999\r\n\r\n" + big, 405},
	} {
		resp, body := raw(t, address, tt.request)
		if resp.StatusCode != tt.want || len(body) > 1000 {
			t.Errorf("%s: %d with %d bytes, want %d", what, resp.StatusCode, len(body), tt.want)
		}
	}
}

// Clients that send or read next to nothing keep nobody else from being served.
func TestSlowClients(t *testing.T) {
	address, dir := startServer(t, nil)
	hang(t, address, dir)
	if resp, body := raw(t, address, "GET /models/models.json HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"); body != "[]" {
		t.Errorf("%d %q", resp.StatusCode, body)
	}
}

// In the end they are cut off.
func TestSlowClientsAreCutOff(t *testing.T) {
	if s := NewServer(nil); s.ReadHeaderTimeout <= 0 || s.ReadTimeout <= 0 || s.WriteTimeout <= 0 || s.IdleTimeout <= 0 {
		t.Errorf("a client may take all the time it likes: %+v", s)
	}
	closed := make(chan struct{}, 9)
	address, dir := startServer(t, func(s *http.Server) {
		s.ReadHeaderTimeout, s.ReadTimeout = 500*time.Millisecond, 500*time.Millisecond
		s.WriteTimeout, s.IdleTimeout = 500*time.Millisecond, 500*time.Millisecond
		s.ConnState = func(c net.Conn, state http.ConnState) {
			if state == http.StateClosed {
				closed <- struct{}{}
			}
		}
	})
	clients, download := hang(t, address, dir)
	for what, c := range clients {
		if _, err := io.Copy(io.Discard, c); errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("%s: the connection is still open", what)
		}
	}
	for range len(clients) + 1 {
		select {
		case <-closed:
		case <-time.After(time.Minute):
			t.Fatal("a client that reads nothing is still served")
		}
	}
	if n, err := io.Copy(io.Discard, download); n >= large || errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("reading nothing: then %d bytes, %v", n, err)
	}
}

// large is more than the buffers of a connection hold.
const large = 64 << 20

// hang opens connections on which nothing goes on: by what they are, and one whose answer waits to be read.
func hang(t *testing.T, address, dir string) (clients map[string]net.Conn, download net.Conn) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, "large.tflite"), make([]byte, large), 0o644); err != nil {
		t.Fatal(err)
	}
	clients = map[string]net.Conn{}
	for what, said := range map[string]string{
		"silent":               "",
		"half a request":       "GET / HTTP/1.1\r\nHost: loc",
		"idle after an answer": "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
	} {
		clients[what] = dial(t, address)
		io.WriteString(clients[what], said)
	}
	download = dial(t, address)
	io.WriteString(download, "GET /large.tflite HTTP/1.1\r\nHost: localhost\r\n\r\n")
	return clients, download
}
