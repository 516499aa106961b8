package server

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"mobilenet/core/api"
	"mobilenet/web/headers"
)

// A site answers every request: those below /api/ by the API, others by the page.
type site struct {
	api, page http.Handler
	timeout   time.Duration // for a request's body, for its turn, and for its answer to be taken
	log       *slog.Logger
	stats     *stats
	draining  atomic.Bool
	inside    atomic.Int64 // requests of the API that are being answered
}

// routes are the names of paths in logs and metrics; the rest of the API is "/api/", and that of the server "page".
var routes = map[string]bool{
	"/api/classify": true, "/api/classify/batch": true, "/api/model": true, "/api/health": true, "/api/openapi.json": true,
}

func routeOf(path string) string {
	switch {
	case routes[path]:
		return path
	case isAPI(path):
		return "/api/"
	}
	return "page"
}

// isAPI reports whether a path is the API's, or meant for it: what is wrong with it, the API says.
func isAPI(path string) bool {
	return len(path) >= 4 && strings.EqualFold(path[:4], "/api") && (len(path) == 4 || path[4] == '/')
}

func (s *site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	start, route := time.Now(), routeOf(r.URL.Path)
	if s.draining.Load() && r.ProtoMajor == 1 {
		w.Header().Set("Connection", "close") // the next request goes elsewhere
	}
	counted := &counter{ResponseWriter: w}
	defer func() { // also where a handler panics, by which net/http breaks the connection
		took := time.Since(start)
		s.stats.answered(route, counted.code(), took)
		s.log.Debug("answered", "method", methodOf(r), "route", route, "status", counted.code(), "ms", took.Milliseconds(), "bytes", counted.bytes)
	}()
	control := http.NewResponseController(w)
	if r.ContentLength != 0 {
		control.SetReadDeadline(start.Add(s.timeout))
		r.Body = &body{r.Body, control}
	}
	switch {
	case route == "page": // with the time that hosting.NewServer gives for a download
		s.page.ServeHTTP(counted, r)
	case route == "/api/openapi.json":
		openAPI(counted, r)
	default:
		for _, h := range headers.API() {
			counted.Header().Set(h.Name, h.Value)
		}
		s.inside.Add(1)
		defer s.inside.Add(-1)
		control.SetWriteDeadline(start.Add(3 * s.timeout))
		ctx, cancel := context.WithTimeout(r.Context(), 2*s.timeout)
		defer cancel()
		s.api.ServeHTTP(counted, r.WithContext(ctx))
		if r.ProtoMajor == 1 && counted.code() >= 400 {
			linger(control, r.Body)
		}
	}
}

// What a client may send of a body that is not wanted, and for how long.
const (
	lingerBytes = 64 << 20
	lingerTime  = 5 * time.Second
)

// linger reads on, within bounds, what a client sends that has its answer: if the connection were closed meanwhile, the answer would be lost.
func linger(control *http.ResponseController, body io.Reader) {
	control.Flush()
	control.SetReadDeadline(time.Now().Add(lingerTime))
	io.CopyN(io.Discard, body, lingerBytes)
}

// A body lifts the time limit for itself once it is there: net/http takes one that passes later for a client that is gone.
type body struct {
	io.ReadCloser
	control *http.ResponseController
}

func (b *body) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if err == io.EOF {
		b.control.SetReadDeadline(time.Time{})
	}
	return n, err
}

// methodOf is a request's method, or OTHER where somebody made one up.
func methodOf(r *http.Request) string {
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodOptions, http.MethodPut, http.MethodDelete, http.MethodPatch:
		return r.Method
	}
	return "OTHER"
}

// openAPI serves the API's description, which every site may read, as it may read the page.
func openAPI(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	for _, extra := range headers.All {
		h.Set(extra.Name, extra.Value)
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		h.Set("Allow", "GET, HEAD")
		http.Error(w, "only GET and HEAD", http.StatusMethodNotAllowed)
		return
	}
	h.Set("Content-Type", "application/json")
	h.Set("Cache-Control", headers.CacheControl("api/openapi.json"))
	w.Write(api.OpenAPI) // HEAD's is dropped by net/http
}

// A counter sees what is answered.
type counter struct {
	http.ResponseWriter
	status int
	bytes  int64
}

func (c *counter) code() int {
	if c.status == 0 {
		return http.StatusOK
	}
	return c.status
}

func (c *counter) WriteHeader(status int) {
	if c.status == 0 && status >= 200 {
		c.status = status
	}
	c.ResponseWriter.WriteHeader(status)
}

func (c *counter) Write(p []byte) (int, error) {
	if c.status == 0 {
		c.status = http.StatusOK
	}
	n, err := c.ResponseWriter.Write(p)
	c.bytes += int64(n)
	return n, err
}

// ReadFrom lets files go from the disk to the network by the kernel, as without a counter.
func (c *counter) ReadFrom(r io.Reader) (int64, error) {
	if c.status == 0 {
		c.status = http.StatusOK
	}
	n, err := io.Copy(c.ResponseWriter, r)
	c.bytes += n
	return n, err
}

// Unwrap is for http.ResponseController.
func (c *counter) Unwrap() http.ResponseWriter { return c.ResponseWriter }
