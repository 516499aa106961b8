package server

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"mobilenet/core/classify"
)

func TestServes(t *testing.T) {
	b := newBed(t, nil)
	if a := b.classify(); a.status != 200 || !strings.Contains(a.body, `"label":`) || a.header.Get("Cross-Origin-Resource-Policy") != "same-origin" ||
		!strings.Contains(a.header.Get("Server-Timing"), "network;dur=") {
		t.Errorf("%+v", a)
	}
	if a := b.get("/some/where"); a.status != 200 || a.body != "the page" {
		t.Errorf("%+v", a)
	}
	for path, want := range map[string]int{"/api": 404, "/API/x": 404, "/api/health": 200, "/api/openapi.json": 200, "/apix": 200} {
		a := b.get(path)
		if a.status != want || (path == "/apix") != (a.body == "the page") {
			t.Errorf("%s: %d %.60s", path, a.status, a.body)
		}
	}
	if a := read(client.Post(b.url+"/api/openapi.json", "", nil)); a.status != 405 || a.header.Get("Allow") != "GET, HEAD" {
		t.Errorf("%+v", a)
	}
	b.counts(`depthwise_images_total 1`, `depthwise_requests_total{route="/api/classify",status="200"} 1`, `depthwise_requests_total{route="page",status="200"} 2`,
		`depthwise_requests_total{route="/api/",status="404"} 2`, `depthwise_stage_seconds_count{stage="network"} 1`, `depthwise_stage_seconds_count{stage="queue"} 1`,
		`depthwise_engines 2`, `depthwise_engines_busy 0`, `depthwise_queue_length 0`, `depthwise_body_bytes 0`, `depthwise_refused_total{reason="queue"} 0`)
	for _, path := range []string{"/healthz", "/readyz", "/debug/pprof/", "/debug/pprof/goroutine?debug=1"} {
		if a := read(client.Get(b.operators + path)); a.status != 200 {
			t.Errorf("%s: %d", path, a.status)
		}
	}
	if a := b.get("/debug/pprof/"); a.body != "the page" {
		t.Error("profiles are for everybody")
	}
	if log := b.log.String(); !strings.Contains(log, "route=/api/classify status=200") || strings.Contains(log, "/some/where") {
		t.Errorf("logged %s", log)
	}
	for _, label := range []string{"ant", "bee", "gnu", "ibis"} {
		if strings.Contains(b.log.String(), label) {
			t.Errorf("the log has the label %s", label)
		}
	}
}

// Of ten times as many requests as there is room for, those that find none are told so at once, the others are answered, and then all is as before.
func TestOverload(t *testing.T) {
	b := newHeldBed(t, nil)
	const room, more = 2 + 4, 54
	answers := make(chan answer, room+more)
	for i := range room {
		go func() { answers <- b.classify() }()
		b.eventually("a request is inside", func() bool { return b.server.pool.busy()+int(b.server.pool.waiting.Load()) == i+1 })
	}
	for range more {
		if a := b.classify(); a.status != 429 || a.header.Get("Retry-After") != "1" || !strings.Contains(a.body, "too-many-requests") {
			t.Errorf("%+v", a)
		}
	}
	if a := b.get("/api/health"); a.status != 200 {
		t.Errorf("health under load: %d", a.status)
	}
	b.counts(`depthwise_engines_busy 2`, `depthwise_queue_length 4`, `depthwise_refused_total{reason="queue"} 54`)
	close(b.gate)
	want := ""
	for range room {
		a := <-answers
		if want == "" {
			want = a.body
		}
		if a.status != 200 || a.body != want {
			t.Errorf("%+v", a)
		}
	}
	if a := b.classify(); a.status != 200 || a.body != want {
		t.Errorf("afterwards: %+v", a)
	}
	b.counts(`depthwise_engines_busy 0`, `depthwise_queue_length 0`, `depthwise_body_bytes 0`)
}

// Who waits in the queue is served in the order of coming.
func TestQueueIsFair(t *testing.T) {
	b := newHeldBed(t, func(o *Options) { o.Engines, o.Queue = 1, 20 })
	var order []int
	var mutex sync.Mutex
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			if a := b.classify(); a.status != 200 {
				t.Errorf("%+v", a)
			}
			mutex.Lock()
			order = append(order, i)
			mutex.Unlock()
		})
		b.eventually("it waits", func() bool { return int(b.server.pool.waiting.Load()) == i })
		if i == 0 {
			<-b.running
		}
	}
	for i := range 8 {
		b.gate <- struct{}{}
		b.eventually("one is answered", func() bool { mutex.Lock(); defer mutex.Unlock(); return len(order) == i+1 })
	}
	all.Wait()
	for i, v := range order {
		if v != i {
			t.Fatalf("answered in the order %v", order)
		}
	}
}

// Clients that send slowly, or nothing after the header, hold memory that is counted, and neither an engine nor a place in the queue; their time
// ends.
func TestSlowClients(t *testing.T) {
	b := newBed(t, func(o *Options) { o.Timeout = 1500 * time.Millisecond })
	const clients = 40
	answers := make(chan answer, clients)
	for i := range clients {
		go func() {
			r, w := io.Pipe()
			go func() {
				w.Write(photo[:20])
				for i%2 == 0 { // half of them a byte now and then
					time.Sleep(50 * time.Millisecond)
					if _, err := w.Write(photo[:1]); err != nil {
						return
					}
				}
			}()
			req, err := http.NewRequest("POST", b.url+"/api/classify", r)
			if err != nil {
				t.Error(err)
			}
			req.ContentLength = 1 << 20
			answers <- read(client.Do(req))
			r.Close()
		}()
	}
	b.eventually("all are inside", func() bool { return b.server.pool.bytes.Load() == clients<<20 })
	if a := b.classify(); a.status != 200 {
		t.Errorf("beside slow ones: %+v", a)
	}
	for range clients {
		if a := <-answers; a.err == nil && (a.status != 400 || !strings.Contains(a.body, "ended early")) {
			t.Errorf("%+v", a)
		}
	}
	b.eventually("their memory is given back", func() bool { return b.server.pool.bytes.Load() == 0 })
	if n := b.engines.Load(); n != 2 {
		t.Errorf("%d engines were made", n)
	}
}

// The bodies that come at the same time have a bound together.
func TestBodiesAreBounded(t *testing.T) {
	b := newBed(t, func(o *Options) { o.Engines, o.Queue, o.Timeout = 1, 1, 3*time.Second })
	var inside sync.WaitGroup
	for range 2 { // of 10 MiB each, as much as there is
		inside.Go(func() {
			req, _ := http.NewRequest("POST", b.url+"/api/classify", io.MultiReader(bytes.NewReader(photo[:9]), stuck{}))
			read(client.Do(req))
		})
	}
	b.eventually("both are inside", func() bool { return b.server.pool.bytes.Load() == 2*10<<20 })
	if a := b.classify(); a.status != 429 || !strings.Contains(a.body, "20 MB are being sent") {
		t.Errorf("%+v", a)
	}
	inside.Wait()
	b.eventually("there is room again", func() bool { return b.classify().status == 200 })
}

// stuck gives nothing for longer than the server waits.
type stuck struct{}

func (stuck) Read([]byte) (int, error) {
	time.Sleep(5 * time.Second)
	return 0, errors.New("enough")
}

// A panic, or an error that is not the request's, is answered by 500, and another engine takes the place of the one that failed.
func TestFaults(t *testing.T) {
	b := newBed(t, nil)
	want := b.classify()
	for i, fault := range []func() error{func() error { panic("out of order") }, func() error { return errors.New("the memory is torn") }} {
		b.fault.Store(fault)
		a := b.classify()
		if a.status != 500 || !strings.Contains(a.body, "urn:uuid:") || strings.Contains(a.body, "order") || strings.Contains(a.body, "torn") {
			t.Errorf("%+v", a)
		}
		for range 4 {
			if a := b.classify(); a.status != 200 || a.body != want.body {
				t.Errorf("after it: %+v", a)
			}
		}
		if made, closed := b.engines.Load(), b.closed.Load(); int(made) != 3+i || int(closed) != 1+i {
			t.Errorf("%d engines made, %d closed", made, closed)
		}
	}
	if log := b.log.String(); !strings.Contains(log, "out of order") || !strings.Contains(log, "torn") || !strings.Contains(log, "urn:uuid:") {
		t.Errorf("logged %s", log)
	}
	b.counts(`depthwise_engines_replaced_total 2`, `depthwise_requests_total{route="/api/classify",status="500"} 2`)
}

// Where no engine can be made anew, requests are told so until one can.
func TestNoEngine(t *testing.T) {
	var broken atomic.Bool
	b := newBed(t, func(o *Options) {
		open := o.Open
		o.Engines = 1
		o.Open = func() (*classify.Classifier, error) {
			if broken.Load() {
				return nil, errors.New("no memory")
			}
			return open()
		}
	})
	broken.Store(true)
	b.fault.Store(func() error { panic("x") })
	for _, want := range []int{500, 503, 503} {
		if a := b.classify(); a.status != want {
			t.Errorf("%d, want %d", a.status, want)
		}
	}
	broken.Store(false)
	if a := b.classify(); a.status != 200 {
		t.Errorf("%+v", a)
	}
}

// A server that is told to end answers all that it had let in, among them those that still wait, and those of which it has read half.
func TestShutdown(t *testing.T) {
	b := newHeldBed(t, func(o *Options) { o.Queue = 30 })
	answers := make(chan answer, 30)
	for range 20 {
		go func() { answers <- b.classify() }()
	}
	b.eventually("they wait", func() bool { return b.server.pool.waiting.Load() == 18 })
	r, w := io.Pipe()
	go func() {
		answers <- read(client.Post(b.url+"/api/classify", "image/png", r))
	}()
	w.Write(photo[:30])
	b.eventually("it is inside", func() bool { return b.server.pool.bytes.Load() > 10<<20 })
	b.end()
	b.eventually("it is not ready", func() bool { return b.server.pool.Ready() != nil })
	b.eventually("no more are let in", func() bool {
		c, err := net.Dial("tcp", strings.TrimPrefix(b.url, "http://"))
		if err == nil {
			c.Close()
		}
		return err != nil
	})
	close(b.gate)
	w.Write(photo[30:])
	w.Close()
	for range 21 {
		if a := <-answers; a.status != 200 {
			t.Errorf("lost: %+v", a)
		}
	}
	b.wait()
	if made, closed := b.engines.Load(), b.closed.Load(); made != 2 || closed != 2 {
		t.Errorf("%d engines made, %d closed", made, closed)
	}
}

// In the middle of load, each request that the server has begun is answered. Those that come too late find nobody, or are broken off unread.
func TestShutdownUnderLoad(t *testing.T) {
	b := newBed(t, func(o *Options) { o.Queue = 100 })
	var right, wrong atomic.Int64
	var all sync.WaitGroup
	keep := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 8}}
	for i := range 8 {
		c := client
		if i%2 == 0 {
			c = keep
		}
		all.Go(func() {
			for {
				a := read(c.Post(b.url+"/api/classify", "image/png", bytes.NewReader(photo)))
				switch {
				case a.err != nil:
					return
				case a.status == 200:
					right.Add(1)
				default:
					wrong.Add(1)
				}
			}
		})
	}
	b.eventually("some are answered", func() bool { return right.Load() > 50 })
	b.end()
	all.Wait()
	b.wait()
	var seen strings.Builder
	b.server.stats.set.WritePrometheus(&seen)
	want := int64(0)
	for line := range strings.Lines(seen.String()) {
		if n, ok := strings.CutPrefix(line, `depthwise_requests_total{route="/api/classify",status="200"} `); ok {
			for _, digit := range strings.TrimSpace(n) {
				want = 10*want + int64(digit-'0')
			}
		}
	}
	if right.Load() != want || wrong.Load() != 0 || want == 0 {
		t.Errorf("%d were answered, %d right answers came, and %d wrong ones", want, right.Load(), wrong.Load())
	}
}

// While it drains, the server answers, but says that it is not ready, and asks clients to go elsewhere.
func TestDrain(t *testing.T) {
	b := newBed(t, func(o *Options) { o.Drain = 2 * time.Second })
	b.end()
	b.eventually("it drains", func() bool { return b.server.site.draining.Load() })
	a, health := b.classify(), b.get("/api/health")
	ready := read(client.Get(b.operators + "/readyz"))
	alive := read(client.Get(b.operators + "/healthz"))
	if a.status != 200 || health.status != 503 || ready.status != 503 || alive.status != 200 || !strings.Contains(health.body, "shutting down") {
		t.Errorf("%+v\n%+v\n%+v\n%+v", a, health, ready, alive)
	}
	b.wait()
}

// A request that waited for its turn as long as it may is told so, and leaves the queue.
func TestTimeInQueue(t *testing.T) {
	b := newHeldBed(t, func(o *Options) { o.Engines, o.Timeout = 1, time.Second/2 })
	go b.classify()
	<-b.running
	if a := b.classify(); a.status != 429 || !strings.Contains(a.body, "its time is over") {
		t.Errorf("%+v", a)
	}
	if n := b.server.pool.waiting.Load(); n != 0 {
		t.Errorf("%d wait", n)
	}
	b.counts(`depthwise_refused_total{reason="time"} 1`)
}

// A client that goes away leaves the queue.
func TestClientGone(t *testing.T) {
	b := newHeldBed(t, func(o *Options) { o.Engines = 1 })
	go b.classify()
	<-b.running
	c, err := net.Dial("tcp", strings.TrimPrefix(b.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	req, _ := http.NewRequest("POST", b.url+"/api/classify", bytes.NewReader(photo))
	if err := req.Write(c); err != nil {
		t.Fatal(err)
	}
	b.eventually("it waits", func() bool { return b.server.pool.waiting.Load() == 1 })
	c.Close()
	b.eventually("it waits no more", func() bool { return b.server.pool.waiting.Load() == 0 })
}

// A download that is still going on does not keep the server from ending.
func TestShutdownDuringDownload(t *testing.T) {
	stop := make(chan struct{})
	b := newBed(t, func(o *Options) {
		o.Grace = time.Hour
		o.Page = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			io.WriteString(w, "the beginning")
			http.NewResponseController(w).Flush()
			<-stop
		})
	})
	r, err := client.Get(b.url)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	b.end()
	b.wait()
	close(stop)
	if text, err := io.ReadAll(r.Body); err == nil {
		t.Errorf("it ended with %q, as if that were all", text)
	}
}

// Who sends a body that is too large, and only then reads, gets the answer: the connection is not closed meanwhile.
func TestAnswerBeforeTheBody(t *testing.T) {
	b := newBed(t, nil)
	c, err := net.Dial("tcp", strings.TrimPrefix(b.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	req, _ := http.NewRequest("POST", b.url+"/api/classify", bytes.NewReader(make([]byte, 40<<20)))
	if err := req.Write(c); err != nil {
		t.Fatal(err)
	}
	if a := read(http.ReadResponse(bufio.NewReader(c), req)); a.status != 413 {
		t.Errorf("%+v", a)
	}
}
