//go:build js && wasm

// Edge is the Cloudflare Worker's Go program. github.com/syumai/workers starts it anew for every request, so all that is large
// stays in the isolate's JavaScript, which hands it over in the context: see context.ts.
package main

import (
	"errors"
	"io"
	"log"
	"net/http"
	"strings"
	"syscall/js"

	"github.com/syumai/workers"

	"mobilenet/core/api"
	"mobilenet/core/classify"
	"mobilenet/core/simd"
	"mobilenet/wasm/edge/layout"
	"mobilenet/wasm/jshost"
)

func main() {
	log.SetFlags(0) // the platform adds the time
	c := js.Global().Get("context").Get("depthwise")
	labels := strings.Split(c.Get("labels").String(), "\n")
	handler := api.New(api.Config{
		Open:    func() (*classify.Classifier, error) { return open(c, labels) },
		Model:   model(c.Get("model"), labels, c.Get("engineName").String()),
		Token:   c.Get("token").String(),
		Origins: []string{c.Get("origins").String()},
		Log:     func(line string) { log.Print(line) },
		Timing:  c.Get("timing").Bool(),
	})
	workers.Serve(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Header = headers(c.Get("headers"))
		r.Body, r.ContentLength = body(c.Get("body"))
		if n := c.Get("refused").Int(); n > 0 {
			r.ContentLength = int64(n) // of a body that was not kept because of it
		}
		handler.ServeHTTP(w, r)
	}))
}

// open attaches the engine that the isolate holds.
func open(c js.Value, labels []string) (*classify.Classifier, error) {
	engine := c.Get("engine")
	if engine.IsUndefined() {
		return nil, errors.New(c.Get("failure").String())
	}
	p, err := layout.Decode([]byte(engine.Get("layout").String()), bytesOf(engine.Get("classifier")))
	if err != nil {
		return nil, err
	}
	e := simd.Attach(p, jshost.Attach(engine.Get("exports"), engine.Get("memory")))
	return classify.New(p.Model, e, labels)
}

func model(m js.Value, labels []string, engine string) api.Model {
	shape := m.Get("shape")
	return api.Model{
		Name:       m.Get("name").String(),
		Network:    m.Get("network").String(),
		Alpha:      m.Get("alpha").Float(),
		Resolution: m.Get("resolution").Int(),
		Shape:      [3]int{shape.Index(0).Int(), shape.Index(1).Int(), shape.Index(2).Int()},
		Classes:    m.Get("classes").Int(),
		Type:       m.Get("type").String(),
		SHA256:     m.Get("sha256").String(),
		License:    m.Get("license").String(),
		Source:     m.Get("source").String(),
		Engine:     engine,
		Labels:     labels,

		NoneOfThese: m.Get("noneOfThese").Truthy(),
	}
}

// headers reads [name, value] pairs. What the library makes of them it splits at commas, also those inside a value.
func headers(pairs js.Value) http.Header {
	h := http.Header{}
	for i := range pairs.Length() {
		h.Add(pairs.Index(i).Index(0).String(), pairs.Index(i).Index(1).String())
	}
	return h
}

// body reads a Uint8Array that holds the whole body. It was read before, so that this program runs in one turn of the event loop:
// no two of them share the memory of an isolate, or the engine, at a time.
func body(array js.Value) (io.ReadCloser, int64) {
	if array.IsUndefined() {
		return http.NoBody, 0
	}
	return io.NopCloser(&arrayReader{array, 0, array.Length()}), int64(array.Length())
}

type arrayReader struct {
	array    js.Value
	at, size int
}

func (r *arrayReader) Read(p []byte) (int, error) {
	if r.at == r.size {
		return 0, io.EOF
	}
	n := js.CopyBytesToGo(p, r.array.Call("subarray", r.at))
	r.at += n
	return n, nil
}

func bytesOf(array js.Value) []byte {
	b := make([]byte, array.Length())
	js.CopyBytesToGo(b, array)
	return b
}
