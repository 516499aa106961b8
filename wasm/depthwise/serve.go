package main

import (
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"os"
	"runtime"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"mobilenet/core/api"
	"mobilenet/core/classify"
	"mobilenet/wasm/depthwise/page"
	"mobilenet/wasm/depthwise/server"
	"mobilenet/web/hosting"
	"mobilenet/weights"
)

// tokenVariable is the environment variable of the API's token, which a command line would show to every user of the machine.
const tokenVariable = "DEPTHWISE_TOKEN"

// serveFlags are the flags that only serve has.
type serveFlags struct {
	chosen
	addr, metrics, dir, tokenFile string
	prefix                        string
	cors                          []string
	certificate, key              string
	engines, queue                int
	timeout, drain, grace         time.Duration
	verbose, logJSON              bool
}

func newServe() *cobra.Command {
	var f serveFlags
	c := newCommand("serve [flags]", textServe, cobra.NoArgs, func(c *cobra.Command, _ []string) error { return f.run(c) })
	flags := c.Flags()
	flags.StringVarP(&f.model, "model", "m", "", flagText["model"])
	flags.StringVar(&f.labels, "labels", "", flagText["labels"])
	flags.StringVar(&f.addr, "addr", "localhost:8080", flagText["addr"])
	flags.StringVar(&f.metrics, "metrics", "", flagText["metrics"])
	flags.StringVar(&f.dir, "dir", "", flagText["dir"])
	flags.StringVar(&f.prefix, "prefix", "", flagText["prefix"])
	flags.StringVar(&f.tokenFile, "token-file", "", flagText["token-file"])
	flags.StringArrayVar(&f.cors, "cors", nil, flagText["cors"])
	flags.StringVar(&f.certificate, "tls-cert", "", flagText["tls-cert"])
	flags.StringVar(&f.key, "tls-key", "", flagText["tls-key"])
	flags.IntVarP(&f.engines, "engines", "j", runtime.GOMAXPROCS(0), flagText["engines"])
	flags.IntVar(&f.queue, "queue", 0, flagText["queue"])
	flags.DurationVar(&f.timeout, "timeout", 30*time.Second, flagText["timeout"])
	flags.DurationVar(&f.drain, "drain", 0, flagText["drain"])
	flags.DurationVar(&f.grace, "grace", 30*time.Second, flagText["grace"])
	flags.BoolVarP(&f.verbose, "verbose", "v", false, flagText["verbose"])
	flags.BoolVar(&f.logJSON, "log-json", false, flagText["log-json"])
	completeModels(c)
	return c
}

// check finds mistakes before anything is opened.
func (f *serveFlags) check() error {
	switch {
	case (f.certificate == "") != (f.key == ""):
		return usage("--tls-cert and --tls-key go together")
	case f.engines < 1 || f.engines > 1024:
		return usage("--engines %d: a number from 1 to 1024 is needed", f.engines)
	case f.queue < 0 || f.queue > 100_000:
		return usage("--queue %d: a number from 1 to 100000 is needed", f.queue)
	case f.timeout < time.Second:
		return usage("--timeout %v: a second at least is needed", f.timeout)
	case f.drain < 0 || f.grace < 0:
		return usage("--drain and --grace cannot be less than nothing")
	}
	return nil
}

// token reads the API's token.
func (f *serveFlags) token() (string, error) {
	if f.tokenFile == "" {
		return os.Getenv(tokenVariable), nil
	}
	text, err := readBounded(f.tokenFile, 64<<10)
	if err != nil {
		return "", fmt.Errorf("--token-file: %w", err)
	}
	token := strings.TrimSpace(string(text))
	if token == "" {
		return "", fmt.Errorf("--token-file %s is empty; without it, the API is open to everybody", f.tokenFile)
	}
	return token, nil
}

func (f *serveFlags) logger(w io.Writer) *slog.Logger {
	o := &slog.HandlerOptions{Level: slog.LevelInfo}
	if f.verbose {
		o.Level = slog.LevelDebug
	}
	if f.logJSON {
		return slog.New(slog.NewJSONHandler(w, o))
	}
	return slog.New(slog.NewTextHandler(w, o))
}

func (f *serveFlags) run(c *cobra.Command) error {
	if err := f.check(); err != nil {
		return err
	}
	token, err := f.token()
	if err != nil {
		return err
	}
	log := f.logger(c.ErrOrStderr())
	var secure *tls.Config
	scheme := "http"
	if f.certificate != "" {
		if secure, err = server.TLS(f.certificate, f.key, log); err != nil {
			return err
		}
		scheme = "https"
	}
	shown, about, err := f.page(c.ErrOrStderr())
	if err != nil {
		return err
	}
	// Whether the addresses are free is to be known before a model is fetched; who calls meanwhile waits.
	public, operators, err := f.listen(c)
	if err != nil {
		return err
	}
	defer func() {
		for _, l := range append(public, operators...) {
			l.Close() // a second time, where the server did
		}
	}()
	n, err := f.open(c.Context(), c.ErrOrStderr())
	if err != nil {
		return err
	}
	if n.model.Answers() == 0 {
		return errors.Join(withName(n.name, classify.ErrNoClassifier), n.Close())
	}
	if f.prefix = strings.Trim(f.prefix, "/"); f.prefix != "" {
		f.prefix = "/" + f.prefix
	}
	if f.queue == 0 {
		f.queue = 16 * f.engines
	}
	s, err := server.New(server.Options{
		Open: n.classifier, Model: describeForAPI(n), Page: shown, Engines: f.engines, Queue: f.queue, Token: token, Origins: f.cors, TLS: secure, Prefix: f.prefix,
		Timeout: f.timeout, Drain: f.drain, Grace: f.grace, Log: log,
	})
	if err != nil {
		return errors.Join(err, n.Close())
	}
	err = s.Serve(c.Context(), public, operators, func() {
		w := c.OutOrStdout()
		fmt.Fprintf(w, "Serving %s on %s/\n", about, hosting.URL(scheme, f.addr, public[0])+f.prefix)
		if len(operators) > 0 {
			fmt.Fprintf(w, "Metrics are on %s/metrics\n", hosting.URL("http", f.metrics, operators[0]))
		}
		if hosting.Reachable(public) {
			fmt.Fprintln(w, "Other machines can reach it too. Browsers there want HTTPS before they allow a webcam or threads.")
		}
		log.Debug("serving", "engines", f.engines, "queue", f.queue, "token", token != "")
		notify(log, "READY=1")
	}, func() { notify(log, "STOPPING=1") })
	return errors.Join(err, n.Close())
}

func notify(log *slog.Logger, state string) {
	if err := server.Notify(state); err != nil {
		log.Warn("systemd could not be told", "state", state, "error", err)
	}
}

// listen gives the sockets that systemd passes or, without any, those of the flags.
func (f *serveFlags) listen(c *cobra.Command) (public, operators []net.Listener, err error) {
	if public, operators, err = server.Passed(); err != nil {
		return nil, nil, err
	}
	if len(public) == 0 || c.Flags().Changed("addr") {
		more, err := server.Listen(c.Context(), f.addr, "--addr")
		if err != nil {
			return nil, nil, err
		}
		public = append(public, more...)
	}
	if f.metrics == "" {
		return public, operators, nil
	}
	more, err := server.Listen(c.Context(), f.metrics, "--metrics")
	if err != nil {
		for _, l := range public {
			l.Close()
		}
		return nil, nil, err
	}
	return public, append(operators, more...), nil
}

// page is the page that is served, and how it is called: that of a folder, the one inside the program, or that of the checkout.
func (f *serveFlags) page(stderr io.Writer) (http.Handler, string, error) {
	if f.dir == "" {
		inside, err := page.Open()
		if err != nil {
			return nil, "", err
		}
		if inside != nil {
			return inside, "the page and the API", nil
		}
		if _, err := os.Stat("dist"); errors.Is(err, fs.ErrNotExist) {
			fmt.Fprintln(stderr, "This program was built without the page, and there is no folder dist: only the API is served. "+
				"\"make build\" makes dist, and --dir names another folder; \"make install\" builds a program with the page inside.")
			return http.HandlerFunc(noPage), "the API", nil
		}
		f.dir = "dist"
	}
	site, err := hosting.Open(f.dir)
	return site, f.dir, err
}

func noPage(w http.ResponseWriter, _ *http.Request) {
	http.Error(w, "There is no page here, only the API, /api/openapi.json: this server was built without the page. Where it runs, \"make build\" is missing.",
		http.StatusNotFound)
}

// describeForAPI is what GET /api/model says.
func describeForAPI(n *network) api.Model {
	sum := sha256.Sum256(n.file)
	m := api.Model{
		Name: n.name, Network: n.model.Version.String(), Alpha: n.model.Alpha, Resolution: n.model.Resolution, Shape: api.ShapeOf(n.model),
		Classes: n.model.Answers(), Type: n.model.Type.String(), SHA256: hex.EncodeToString(sum[:]), NoneOfThese: n.model.Unknown != nil,
	}
	if list, err := weights.Default(); err == nil {
		if listed, err := list.Find(n.name); err == nil && listed.SHA256 == m.SHA256 {
			m.License, m.Source = listed.License, listed.Source
		}
	}
	return m
}
