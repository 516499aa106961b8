package api_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"mobilenet/core/api"
	"mobilenet/core/classify"
)

// A fakePool lends one classifier, and keeps account.
type fakePool struct {
	classifier          *classify.Classifier
	ready, full, empty  error
	inside, out, broken int
	bytes               []int
	seen                api.Stages
	lent                func()
}

func (p *fakePool) Ready() error { return p.ready }

func (p *fakePool) Admit(bytes int) (func(), error) {
	if p.full != nil {
		return nil, p.full
	}
	p.bytes = append(p.bytes, bytes)
	p.inside++
	return func() { p.inside-- }, nil
}

func (p *fakePool) Lend(context.Context) (*classify.Classifier, func(bool), error) {
	if p.empty != nil {
		return nil, nil, p.empty
	}
	p.out++
	if p.lent != nil {
		p.lent()
	}
	return p.classifier, func(sound bool) {
		p.out--
		if !sound {
			p.broken++
		}
	}, nil
}

func (p *fakePool) Observe(s api.Stages) { p.seen = s }

func newPool(t *testing.T) (*fakePool, http.Handler) {
	config := newConfig(t)
	c, err := config.Open()
	if err != nil {
		t.Fatal(err)
	}
	p := &fakePool{classifier: c}
	config.Pool, config.Open = p, nil
	return p, api.New(config)
}

func TestPool(t *testing.T) {
	p, h := newPool(t)
	photo := pngOf(t, noise(40, 40))
	batch, kind := form(t, photo, []byte("nothing"), photo)
	for _, tt := range []struct {
		call
		status, bytes, images int
	}{
		{call{path: "/api/classify", body: photo}, 200, len(photo), 1},
		{call{path: "/api/classify", body: photo, chunked: true}, 200, 100_000, 1},
		{call{path: "/api/classify", body: photo[:40]}, 422, 40, 0},
		{call{path: "/api/classify", body: []byte("nothing")}, 415, 7, 0},
		{call{path: "/api/classify/batch", body: batch, contentType: kind}, 200, len(batch), 2},
		{call{path: "/api/classify/batch", body: batch[:99], contentType: kind}, 400, 99, 0},
	} {
		p.bytes = nil
		r := tt.call.do(t, h)
		if r.StatusCode != tt.status || len(p.bytes) != 1 || p.bytes[0] != tt.bytes || p.seen.Images != tt.images {
			t.Errorf("%s: status %d, admitted %v, seen %+v; want %d, %d, %d images", tt.path, r.StatusCode, p.bytes, p.seen, tt.status, tt.bytes, tt.images)
		}
		if p.inside != 0 || p.out != 0 || p.broken != 0 {
			t.Errorf("%s: %d inside, %d out, %d broken after it", tt.path, p.inside, p.out, p.broken)
		}
	}
	// What is wrong with the query takes no place, and a model needs none.
	p.bytes = nil
	call{path: "/api/classify?top=0", body: photo}.do(t, h)
	call{method: "GET", path: "/api/model"}.do(t, h)
	if len(p.bytes) != 0 {
		t.Errorf("admitted %v", p.bytes)
	}
}

func TestPoolRefuses(t *testing.T) {
	photo := pngOf(t, noise(9, 9))
	for what, tt := range map[string]struct {
		set    func(*fakePool)
		status int
		name   string
		retry  string
	}{
		"full":             {func(p *fakePool) { p.full = fmt.Errorf("%w: 3", api.ErrBusy) }, 429, "too-many-requests", "1"},
		"waiting too many": {func(p *fakePool) { p.empty = api.ErrBusy }, 429, "too-many-requests", "1"},
		"no engine":        {func(p *fakePool) { p.empty = errors.New("there is no engine") }, 503, "unavailable", "10"},
	} {
		p, h := newPool(t)
		tt.set(p)
		r := call{path: "/api/classify", body: photo}.do(t, h)
		name, _ := problem(t, r)
		if r.StatusCode != tt.status || name != tt.name || r.Header.Get("Retry-After") != tt.retry || p.inside != 0 {
			t.Errorf("%s: %d %s, Retry-After %s, %d inside", what, r.StatusCode, name, r.Header.Get("Retry-After"), p.inside)
		}
	}
	p, h := newPool(t)
	read[map[string]string](t, call{method: "GET", path: "/api/health"}.do(t, h), 200)
	p.ready = errors.New("not yet")
	if name, d := problem(t, call{method: "GET", path: "/api/health"}.do(t, h)); name != "unavailable" || !strings.Contains(d.Detail, "not yet") {
		t.Errorf("health: %s, %s", name, d.Detail)
	}
}

// After a panic, and after an error of the engine's own, nobody knows in which state it is.
func TestPoolPanic(t *testing.T) {
	p, h := newPool(t)
	photo := pngOf(t, noise(9, 9))
	p.lent = func() {
		p.lent = nil
		if err := p.classifier.Engine().Close(); err != nil {
			t.Error(err)
		}
		p.classifier = nil // whoever uses it panics
	}
	if name, _ := problem(t, call{path: "/api/classify", body: photo}.do(t, h)); name != "internal" || p.broken != 1 || p.out != 0 || p.inside != 0 {
		t.Errorf("%s, %d broken, %d out, %d inside", name, p.broken, p.out, p.inside)
	}
	p, h = newPool(t)
	read[classification](t, call{path: "/api/classify", body: photo}.do(t, h), 200)
	if p.broken != 0 {
		t.Error("a sound one is taken for broken")
	}
}
