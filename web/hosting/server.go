// Package hosting serves the built page, out of a folder or out of an archive: its files, with the headers that make threads, caching and a strict
// security policy work, on every address of a name.
package hosting

import (
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"
)

// URL is the address for a browser on this machine, without a path, of a listener on addr, which is HOST:PORT.
func URL(scheme, addr string, l net.Listener) string {
	at, ok := l.Addr().(*net.TCPAddr)
	if !ok {
		return l.Addr().Network() + ":" + l.Addr().String()
	}
	host, _, err := net.SplitHostPort(addr)
	if err != nil || host == "" || at.IP.IsUnspecified() {
		host = "localhost"
	}
	return scheme + "://" + net.JoinHostPort(host, fmt.Sprint(at.Port))
}

// Reachable reports whether other machines can reach one of the listeners.
func Reachable(listeners []net.Listener) bool {
	return slices.ContainsFunc(listeners, func(l net.Listener) bool {
		at, ok := l.Addr().(*net.TCPAddr)
		return ok && !at.IP.IsLoopback()
	})
}

// NewServer bounds what a client can take of the server: time, and memory for headers. Which name a client calls the server by
// (Host) is not looked at: all that it serves may be read by every site, as its headers say, and there is nothing that a request
// could change, so DNS rebinding gains an attacker nothing.
func NewServer(h http.Handler) *http.Server {
	return &http.Server{
		Handler: h,
		// A slow client may hold a connection, but not forever.
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       30 * time.Second,
		WriteTimeout:      10 * time.Minute,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
	}
}

// Below serves h under a path. Everything else is not found.
func Below(path string, h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path == path:
			http.Redirect(w, r, path+"/", http.StatusMovedPermanently)
		case strings.HasPrefix(r.URL.Path, path+"/"):
			http.StripPrefix(path, h).ServeHTTP(w, r)
		default:
			http.NotFound(w, r)
		}
	})
}
