package server

import (
	"fmt"
	"net/http"
	"net/http/pprof"
	"runtime"
	"time"

	"github.com/VictoriaMetrics/metrics"

	"mobilenet/core/api"
)

// stats are what /metrics tells, in Prometheus's text format. They are counted by github.com/VictoriaMetrics/metrics: Prometheus's own client
// would add several MB to the program.
type stats struct {
	set                           *metrics.Set
	images, replaced              *metrics.Counter
	wait, decode, resize, network *metrics.PrometheusHistogram
}

// buckets are the upper limits of the histograms, in seconds: a picture of a phone takes a tenth of one, a queue several.
var buckets = []float64{.001, .0025, .005, .01, .02, .03, .04, .06, .08, .1, .15, .25, .5, 1, 2.5, 5, 10, 30}

func newStats() *stats {
	set := metrics.NewSet()
	stage := func(name string) *metrics.PrometheusHistogram {
		return set.NewPrometheusHistogramExt(fmt.Sprintf("depthwise_stage_seconds{stage=%q}", name), buckets)
	}
	s := &stats{
		set:    set,
		images: set.NewCounter("depthwise_images_total"), replaced: set.NewCounter("depthwise_engines_replaced_total"),
		wait: stage("queue"), decode: stage("decode"), resize: stage("resize"), network: stage("network"),
	}
	for _, reason := range []string{"queue", "memory", "time"} { // there from the beginning, at 0
		s.set.GetOrCreateCounter(refusal(reason))
	}
	return s
}

// watch adds what a pool and a model are to what is told.
func (s *stats) watch(p *pool, m *api.Model) {
	gauge := func(name string, value func() float64) { s.set.NewGauge("depthwise_"+name, value) }
	gauge("engines", func() float64 { return float64(cap(p.slots)) })
	gauge("engines_busy", func() float64 { return float64(p.busy()) })
	gauge("queue_length", func() float64 { return float64(p.waiting.Load()) })
	gauge("queue_capacity", func() float64 { return float64(p.queue) })
	gauge("body_bytes", func() float64 { return float64(p.bytes.Load()) })
	gauge("body_bytes_capacity", func() float64 { return float64(p.most) })
	gauge(fmt.Sprintf("info{model=%q,sha256=%q,engine=%q,go=%q}", m.Name, m.SHA256, m.Engine, runtime.Version()), func() float64 { return 1 })
}

func refusal(reason string) string {
	return fmt.Sprintf("depthwise_refused_total{reason=%q}", reason)
}

// refused counts a request that found no place: in the "queue", in "memory", or in "time".
func (s *stats) refused(reason string) { s.set.GetOrCreateCounter(refusal(reason)).Inc() }

func (s *stats) waited(d time.Duration) { s.wait.Update(d.Seconds()) }

func (s *stats) observe(took api.Stages) {
	if took.Images == 0 {
		return
	}
	s.images.Add(took.Images)
	s.decode.Update(took.Decode.Seconds())
	s.resize.Update(took.Resize.Seconds())
	s.network.Update(took.Network.Seconds())
}

// answered counts an answer. Routes are few: what a request's path was is nobody's business, and could be anything.
func (s *stats) answered(route string, status int, took time.Duration) {
	s.set.GetOrCreateCounter(fmt.Sprintf("depthwise_requests_total{route=%q,status=\"%d\"}", route, status)).Inc()
	s.set.GetOrCreatePrometheusHistogramExt(fmt.Sprintf("depthwise_request_seconds{route=%q}", route), buckets).Update(took.Seconds())
}

// operators is the handler of the address that only those who run the server reach: metrics, health, readiness, and Go's profiles.
func (s *stats) operators(ready func() error) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /metrics", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
		s.set.WritePrometheus(w)
		metrics.WriteProcessMetrics(w)
	})
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, _ *http.Request) {
		if err := ready(); err != nil {
			http.Error(w, err.Error(), http.StatusServiceUnavailable)
			return
		}
		fmt.Fprintln(w, "ok")
	})
	mux.HandleFunc("/debug/pprof/", pprof.Index)
	mux.HandleFunc("/debug/pprof/cmdline", pprof.Cmdline)
	mux.HandleFunc("/debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("/debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("/debug/pprof/trace", pprof.Trace)
	return mux
}
