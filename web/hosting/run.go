// Package hosting serves the built page: its files, with the headers that make threads, caching and a strict security policy work, on every
// address of a name. Run is the program that serves nothing else; depthwise serve adds the API.
package hosting

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"
)

const usage = `Usage: go run ./web/serve [flags]

Serves the built page.

  --addr HOST:PORT   where to listen (default localhost:8080): on every address that the
                     host has, so for localhost by IPv4 and IPv6; port 0 takes a free one,
                     an empty host listens on every address of this machine
  --dir DIR          the folder to serve (default dist)
  --prefix /PATH     serve it below this path
  --plain            send no special headers and no precompressed files, as a simple static host does
`

// Run is the program web/serve, with its arguments, until ctx is done.
func Run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("serve", flag.ContinueOnError)
	flags.SetOutput(io.Discard) // main reports the error
	addr := flags.String("addr", "localhost:8080", "")
	dir := flags.String("dir", "dist", "")
	prefix := flags.String("prefix", "", "")
	plain := flags.Bool("plain", false, "")
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			fmt.Fprint(stderr, usage)
			return err
		}
		return fmt.Errorf("%w (see --help)", err)
	}
	if flags.NArg() > 0 {
		return fmt.Errorf("what is %q? (see --help)", flags.Arg(0))
	}

	site, err := Open(*dir)
	if err != nil {
		return err
	}
	site.Plain = *plain
	at := "/" + strings.Trim(*prefix, "/")
	var handler http.Handler = site
	if at != "/" {
		handler = Below(at, site)
		at += "/"
	}

	listeners, err := Listen(ctx, *addr, net.Listen)
	if err != nil {
		return err
	}
	announce(stdout, *dir, *addr, at, listeners)

	server := NewServer(handler)
	ended := make(chan error, len(listeners))
	for _, l := range listeners {
		go func() { ended <- server.Serve(l) }()
	}
	select {
	case err := <-ended:
		server.Close()
		return err
	case <-ctx.Done():
	}
	timeout, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	if server.Shutdown(timeout) != nil { // a download is still running
		return server.Close()
	}
	return nil
}

// announce says where the page is.
func announce(w io.Writer, dir, addr, path string, listeners []net.Listener) {
	fmt.Fprintf(w, "Serving %s on %s\n", dir, URL("http", addr, listeners[0])+path)
	if Reachable(listeners) {
		fmt.Fprintln(w, "Other machines can reach it too. Browsers there want HTTPS before they allow a webcam or threads.")
	}
}

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
