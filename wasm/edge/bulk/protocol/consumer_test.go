package protocol

import (
	"fmt"
	"slices"
	"strings"
)

// The bodies of messages, as message.ts has them.
type (
	listMessage struct {
		job  string
		page int
	}
	keysMessage struct {
		job, options string
		keys         []string
	}
	eventMessage struct{ bucket, key string }
)

const (
	bucketName = "pictures"
	mostStarts = 5
)

type want struct {
	key      string
	options  []string
	event    bool
	jobs     []jobOptions
	messages []*message
}

type jobOptions struct{ job, options string }

func add[T comparable](list []T, item T) []T {
	if slices.Contains(list, item) {
		return list
	}
	return append(list, item)
}

// consume is consume of consumer.ts.
func (p *process) consume(batch []*message) {
	first, again := []*want{}, []*want{}
	for _, m := range batch {
		wants := &first
		if m.attempts > 1 && !p.v.notAlone {
			wants = &again
		}
		if err := p.receive(m, wants); err != nil {
			p.failed = add(p.failed, m)
		}
	}
	p.work(first, false)
	p.work(again, true)
	p.finish(batch)
}

func (p *process) receive(m *message, wants *[]*want) error {
	var keys []string
	switch body := m.body.(type) {
	case listMessage:
		return p.listPage(body)
	case eventMessage:
		if body.bucket != bucketName {
			return p.bury(m, "of another bucket", "")
		}
		keys = []string{body.key}
	case keysMessage:
		keys = body.keys
	default:
		return p.bury(m, "no object", "")
	}
	for _, key := range keys {
		at := slices.IndexFunc(*wants, func(w *want) bool { return w.key == key })
		if at < 0 {
			at = len(*wants)
			*wants = append(*wants, &want{key: key})
		}
		w := (*wants)[at]
		w.messages = add(w.messages, m)
		if body, ok := m.body.(keysMessage); ok {
			w.jobs = append(w.jobs, jobOptions{body.job, body.options})
		} else {
			w.event = true
		}
	}
	return nil
}

func (p *process) fail(w *want) {
	for _, m := range w.messages {
		p.failed = add(p.failed, m)
	}
}

func (p *process) leave(w *want) {
	for _, m := range w.messages {
		p.left = add(p.left, m)
	}
}

func (p *process) full() bool { return p.runs > 0 && p.runs >= p.world.mostRuns }

func (p *process) work(wants []*want, alone bool) {
	if len(wants) == 0 {
		return
	}
	if p.full() {
		for _, w := range wants {
			p.leave(w)
		}
		return
	}
	var keys, jobs []string
	for _, w := range wants {
		keys = append(keys, w.key)
		for _, j := range w.jobs {
			jobs = add(jobs, j.job)
		}
	}
	var seen map[string]content
	if p.v.readFirst {
		p.pause("reads before it claims")
		seen = map[string]content{}
		for key, c := range p.world.bucket {
			seen[key] = c
		}
	}
	var claims map[string]claimed
	var known []result
	var wanted map[string]bool
	if err := p.call("D1 claim", func() (err error) {
		claims, known, wanted, err = p.world.db.claim(keys, jobs)
		return err
	}); err != nil {
		for _, w := range wants {
			p.fail(w)
		}
		return
	}
	var findings []finding
	var found []*want
	write := func() {
		list, of := findings, found
		findings, found = nil, nil
		if len(list) == 0 {
			return
		}
		var written map[string]bool
		err := p.call("D1 settle", func() (err error) {
			written, err = p.world.db.settle(list)
			return err
		})
		for i, w := range of {
			if err != nil || !written[list[i].key] && !p.v.ackUnwritten {
				p.fail(w)
			}
		}
	}
	for _, w := range wants {
		if p.full() {
			p.leave(w)
			continue
		}
		w.jobs = slices.DeleteFunc(w.jobs, func(j jobOptions) bool { return !wanted[j.job] })
		if !w.event && len(w.jobs) == 0 {
			continue
		}
		var mine []result
		for _, r := range known {
			if r.key == w.key {
				mine = append(mine, r)
			}
		}
		for _, j := range w.jobs {
			w.options = add(w.options, j.options)
		}
		if w.event {
			w.options = add(w.options, "")
		}
		if w.event || !p.v.forgetOthers {
			for _, r := range mine {
				w.options = add(w.options, r.options)
			}
		}
		runs := p.runs
		f, err := p.look(w, claims[w.key], mine, alone, seen)
		if err != nil {
			p.fail(w)
			continue
		}
		findings, found = append(findings, f), append(found, w)
		if alone && p.runs > runs || len(findings) >= p.world.mostFindings {
			write()
		}
	}
	write()
}

func (p *process) look(w *want, c claimed, known []result, alone bool, seen map[string]content) (finding, error) {
	object, there := content(0), false
	if err := p.call("R2 get "+w.key, func() error {
		object, there = p.world.bucket[w.key]
		if seen != nil {
			object, there = seen[w.key]
		}
		return nil
	}); err != nil {
		return finding{}, err
	}
	f := finding{key: w.key, claim: c.claim, applied: c.applied}
	if !there {
		for _, j := range w.jobs {
			f.jobs = append(f.jobs, jobKey{j.job, "gone"})
		}
		return f, nil
	}
	f.etag = object.etag()
	begun := false
	if c.tried != f.etag && !p.v.startsOfAll {
		c.started = 0
	}
	start := pair{w.key, f.etag}
	states := map[string]string{}
	for _, options := range w.options {
		id := strings.Join([]string{w.key, f.etag, options}, "|")
		if p.v.noETag {
			id = strings.Join([]string{w.key, options}, "|")
		}
		at := slices.IndexFunc(known, func(r result) bool { return r.id == id })
		var r result
		if at >= 0 {
			r = known[at]
		} else {
			r = result{key: w.key, options: options, id: id, etag: f.etag}
			if c.started >= mostStarts && !p.v.neverGiveUp {
				r.state, r.label = "failed", "internal"
				if object != poison && p.world.starts[start] < mostStarts {
					p.world.complain("%s is given up after %d starts", w.key, p.world.starts[start])
				}
			} else {
				if alone && (!begun || p.v.startPerOption) {
					if err := p.call("D1 starting "+w.key, func() error {
						if !begun {
							p.world.starts[start]++
						}
						return p.world.db.starting(w.key, f.etag)
					}); err != nil {
						return finding{}, err
					}
				}
				begun = true
				p.runs++
				if object == poison {
					p.die("of a picture")
				}
				r.state, r.label = object.answer(options)
			}
		}
		f.results = append(f.results, r)
		states[options] = r.state
	}
	for _, j := range w.jobs {
		f.jobs = append(f.jobs, jobKey{j.job, states[j.options]})
	}
	return f, nil
}

func (p *process) finish(batch []*message) {
	for _, m := range batch {
		if slices.Contains(p.left, m) && !slices.Contains(p.failed, m) {
			if err := p.send(m.body); err != nil {
				p.die("because the queue refused") // the call ends with the error
			}
		}
	}
}

// send is one sendBatch: one call, of which all or nothing arrives, or all and the answer is lost.
func (p *process) send(bodies ...any) error {
	if len(bodies) == 0 {
		return nil
	}
	return p.call("queue", func() error {
		for _, body := range bodies {
			p.world.send(body)
		}
		return nil
	})
}

// What lies in the bucket.
type content int

const (
	broken content = -1
	poison content = -2 // ends the isolate
)

// R2's ETag follows from the content: the same picture put again has the same one.
func (c content) etag() string { return fmt.Sprint("e", int(c)) }

func (c content) answer(options string) (state, label string) {
	if c == broken {
		return "failed", "unsupported-type"
	}
	return "done", fmt.Sprint(int(c), " by ", options)
}
