// Package server is what "depthwise serve" runs: the page and the HTTP API of core/api, with a pool of engines as large as the machine, for one
// who opens localhost as well as for a service that many ask.
package server

import (
	"context"
	"crypto/tls"
	"errors"
	"log"
	"log/slog"
	"net"
	"net/http"
	"time"

	"mobilenet/core/api"
	"mobilenet/core/classify"
	"mobilenet/core/picture"
	"mobilenet/web/hosting"
)

// Options say what is served, and to whom.
type Options struct {
	// Open makes one more classifier, with an engine of its own.
	Open  func() (*classify.Classifier, error)
	Model api.Model // Engine and Labels are those of what Open makes
	Page  http.Handler

	Engines int // how many classifiers there are; at least 1
	Queue   int // how many requests may wait for one
	Token   string
	Origins []string    // whose pages may read the API's answers; as api.Config has them
	TLS     *tls.Config // nil: plain HTTP

	// Timeout is how long a request's body may take to come, and its answer to be taken; for its turn it waits no longer either.
	Timeout time.Duration
	// Prefix is the path below which everything is, such as "/depthwise"; empty: at the top.
	Prefix string
	// Drain is how long the server goes on as before once it is told to end, but says that it is not ready: so long a load balancer may need
	// to notice. Grace is how long requests may then take to be answered.
	Drain, Grace time.Duration

	Log *slog.Logger
}

// A Server is ready to serve.
type Server struct {
	options Options
	site    *site
	pool    *pool
	stats   *stats
}

// New makes a server with all its engines.
func New(o Options) (*Server, error) {
	s := &Server{options: o, stats: newStats()}
	var err error
	if s.pool, err = newPool(o.Engines, o.Queue, picture.Default.Bytes, o.Open, o.Log, s.stats); err != nil {
		return nil, err
	}
	first := <-s.pool.slots
	model := o.Model
	model.Engine, model.Labels = first.Engine().Info().Engine, first.Labels()
	s.pool.slots <- first
	s.stats.watch(s.pool, &model)
	s.site = &site{page: o.Page, timeout: o.Timeout, log: o.Log, stats: s.stats}
	s.site.api = api.New(api.Config{
		Pool: s.pool, Model: model, Token: o.Token, Origins: o.Origins, Timing: true,
		Log: func(line string) { o.Log.Error(line) },
	})
	return s, nil
}

// Handler answers what the server is asked.
func (s *Server) Handler() http.Handler {
	if s.options.Prefix == "" {
		return s.site
	}
	return hosting.Below(s.options.Prefix, s.site)
}

// server makes the http.Server of a handler. HTTP/2 is spoken by TLS, and without it by who knows beforehand (h2c), as proxies do.
func (s *Server) server(h http.Handler) *http.Server {
	var protocols http.Protocols
	protocols.SetHTTP1(true)
	protocols.SetHTTP2(true)
	protocols.SetUnencryptedHTTP2(true)
	server := hosting.NewServer(h)
	server.Protocols, server.ErrorLog = &protocols, log.New(quiet{s.options.Log}, "", 0)
	return server
}

// quiet logs what net/http complains of, mostly about clients, where details are asked for.
type quiet struct{ log *slog.Logger }

func (q quiet) Write(line []byte) (int, error) {
	q.log.Debug("http", "says", string(line))
	return len(line), nil
}

// Serve answers on the listeners, and for those who run the server on others, until ctx is done; then it ends as Options say: a request whose
// header it has read is answered. Ready is called once it serves, and ending when it begins to end. It closes all listeners and engines.
func (s *Server) Serve(ctx context.Context, public, operators []net.Listener, ready, ending func()) error {
	main, side := s.server(s.Handler()), s.server(s.stats.operators(s.pool.Ready))
	main.TLSConfig = s.options.TLS
	ended := make(chan error, len(public)+len(operators))
	var last []*lastCall
	for _, l := range public {
		call := &lastCall{Listener: l}
		last = append(last, call)
		go func() {
			if s.options.TLS != nil {
				ended <- main.ServeTLS(call, "", "")
			} else {
				ended <- main.Serve(call)
			}
		}()
	}
	for _, l := range operators {
		go func() { ended <- side.Serve(l) }()
	}
	ready()
	select {
	case err := <-ended:
		return errors.Join(err, main.Close(), side.Close(), s.pool.Close())
	case <-ctx.Done():
	}
	ending()
	s.options.Log.Info("ending", "drain", s.options.Drain.String(), "grace", s.options.Grace.String())
	s.pool.closing.Store(true)
	s.site.draining.Store(true)
	time.Sleep(s.options.Drain)
	for _, l := range last {
		l.finish()
	}
	for _, l := range last {
		<-l.finished
	}
	err := errors.Join(s.shutdown(main), side.Close())
	if closed := s.pool.Close(); !errors.Is(closed, errInUse) {
		err = errors.Join(err, closed)
	}
	return err
}

// downloads is how long files of the page may still be fetched once the server ends: who waits for its end waits no longer for these.
const downloads = 2 * time.Second

// shutdown waits as long as Options.Grace for requests of the API, and less for others; then it breaks off what there is.
func (s *Server) shutdown(server *http.Server) error {
	grace, cancel := context.WithTimeout(context.Background(), s.options.Grace)
	defer cancel()
	ended := make(chan error, 1)
	go func() { ended <- server.Shutdown(grace) }()
	look := time.NewTicker(downloads / 20)
	defer look.Stop()
	for idle, start := 0, time.Now(); ; {
		select {
		case err := <-ended:
			if err == nil {
				return nil
			}
			s.options.Log.Warn("connections were broken off that were still in use")
			return server.Close()
		case <-look.C:
			if idle++; s.site.inside.Load() > 0 {
				idle = 0
			}
			if idle >= 3 && time.Since(start) > downloads { // three looks, for an answer is sent after its request is counted out
				cancel()
			}
		}
	}
}
