package server

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/png"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"mobilenet/core/api"
	"mobilenet/core/classify"
	"mobilenet/core/mobilenet"
	"mobilenet/core/reference"
	"mobilenet/core/tflite"
	"mobilenet/core/tflite/tflitetest"
)

// An engine is a real one that a test can hold, or have fail.
type engine struct {
	mobilenet.Engine
	made *made
}

// made is what the engines of a test share.
type made struct {
	engines, closed atomic.Int32
	running         chan struct{} // gets something once a run begins
	gate            chan struct{} // a run waits until it gives something, or is closed
	fault           atomic.Value  // func() error, what the next run does instead
}

func (e *engine) Run(ctx context.Context, input []byte, want mobilenet.Want, out *mobilenet.Result) error {
	select {
	case e.made.running <- struct{}{}:
	default:
	}
	<-e.made.gate
	if fault, _ := e.made.fault.Swap((func() error)(nil)).(func() error); fault != nil {
		return fault()
	}
	return e.Engine.Run(ctx, input, want, out)
}

func (e *engine) Close() error {
	e.made.closed.Add(1)
	return e.Engine.Close()
}

// A bed is a server on a port of this machine, with a small model of made-up weights.
type bed struct {
	*made
	t         *testing.T
	server    *Server
	url       string // of the API and the page
	operators string
	log       *lockedBuffer
	end       context.CancelFunc
	ended     chan error
}

// A lockedBuffer takes what several goroutines write.
type lockedBuffer struct {
	mutex sync.Mutex
	b     bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return l.b.String()
}

func opener(t *testing.T, m *made) func() (*classify.Classifier, error) {
	model, err := tflite.Read(tflitetest.Build(tflitetest.Spec{}))
	if err != nil {
		t.Fatal(err)
	}
	return func() (*classify.Classifier, error) {
		e, err := reference.New(model)
		if err != nil {
			return nil, err
		}
		m.engines.Add(1)
		return classify.New(model, &engine{e, m}, strings.Split("ant bee cat dog eel fox gnu hen ibis jay", " "))
	}
}

// newBed starts a server whose engines are not held, after change was made to its options.
func newBed(t *testing.T, change func(*Options)) *bed {
	t.Helper()
	b := newHeldBed(t, change)
	close(b.gate)
	return b
}

// newHeldBed starts a server whose runs wait for the gate.
func newHeldBed(t *testing.T, change func(*Options)) *bed {
	t.Helper()
	b := &bed{t: t, made: &made{running: make(chan struct{}, 1000), gate: make(chan struct{})}, log: &lockedBuffer{}, ended: make(chan error, 1)}
	o := Options{
		Open: opener(t, b.made), Model: api.Model{Name: "small", Classes: 10}, Engines: 2, Queue: 4, Timeout: 20 * time.Second, Grace: 20 * time.Second,
		Page: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "the page") }),
		Log:  slog.New(slog.NewTextHandler(b.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
	if change != nil {
		change(&o)
	}
	var err error
	if b.server, err = New(o); err != nil {
		t.Fatal(err)
	}
	listen := func() net.Listener {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	public, operators := listen(), listen()
	b.url, b.operators = "http://"+public.Addr().String(), "http://"+operators.Addr().String()
	if o.TLS != nil {
		b.url = "https://" + public.Addr().String()
	}
	ctx, cancel := context.WithCancel(t.Context())
	b.end = cancel
	ready := make(chan struct{})
	go func() {
		b.ended <- b.server.Serve(ctx, []net.Listener{public}, []net.Listener{operators}, func() { close(ready) }, func() {})
	}()
	<-ready
	t.Cleanup(func() {
		cancel()
		select {
		case <-b.gate:
		default:
			close(b.gate)
		}
		b.wait()
	})
	return b
}

// wait waits until the server has ended.
func (b *bed) wait() {
	b.t.Helper()
	select {
	case err := <-b.ended:
		b.ended <- nil // for another who waits
		if err != nil {
			b.t.Error(err)
		}
	case <-time.After(time.Minute):
		b.t.Error("the server does not end")
	}
}

// eventually waits for something to be so.
func (b *bed) eventually(what string, so func() bool) {
	b.t.Helper()
	for end := time.Now().Add(time.Minute); !so(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			b.t.Fatalf("never: %s", what)
		}
	}
}

// photo is a PNG.
var photo = func() []byte {
	m := image.NewNRGBA(image.Rect(0, 0, 40, 30))
	for i := range 1200 {
		m.SetNRGBA(i%40, i/40, color.NRGBA{uint8(i), uint8(i * 7), uint8(i * 31), 255})
	}
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		panic(err)
	}
	return b.Bytes()
}()

// An answer is what came back.
type answer struct {
	status int
	header http.Header
	body   string
	err    error
}

func read(r *http.Response, err error) answer {
	if err != nil {
		return answer{err: err}
	}
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	return answer{r.StatusCode, r.Header, string(body), err}
}

// client opens a connection for every request.
var client = &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}

func (b *bed) get(path string) answer { return read(client.Get(b.url + path)) }

func (b *bed) classify() answer {
	return read(client.Post(b.url+"/api/classify", "image/png", bytes.NewReader(photo)))
}

// metrics is what /metrics says.
func (b *bed) metrics() string { return read(client.Get(b.operators + "/metrics")).body }

func (b *bed) counts(lines ...string) {
	b.t.Helper()
	said := "\n" + b.metrics()
	for _, line := range lines {
		if !strings.Contains(said, "\n"+line+"\n") {
			b.t.Errorf("no %q in\n%s", line, said)
		}
	}
}
