package protocol

import (
	"fmt"
	"iter"
	"math/rand/v2"
	"slices"
	"strings"
)

// A variant of the protocol: the one that is implemented, or with a rule left out.
type variant struct {
	insertOnly     bool // INSERT without ON CONFLICT
	anyOrder       bool // whoever writes last is right
	deleteAnyOrder bool // an object that was not there loses its results, whatever was written since
	noETag         bool // a result's id is made without the ETag
	readFirst      bool // the object is read before it is claimed
	sendFirst      bool // a page's keys are sent before they have rows
	cursorFirst    bool // the cursor moves before the page's keys are sent
	noNext         bool // who finds the cursor one page on does not ask for that page
	ackUnwritten   bool // who was too late to write is content
	ackFirst       bool // messages are acknowledged when they come
	neverGiveUp    bool // what ends the program is tried for ever
	notAlone       bool // what is tried again is tried with others, and starts are not counted
	counters       bool // counts are added up as keys are settled
	stalledStops   bool // a list's message that comes while its job is stalled is dropped
	manyListers    bool // who moves the cursor need not be who wrote the page's rows last
	overtakes      bool // who claimed later writes, though another has written since it claimed
	forgetOthers   bool // a job's consumer makes anew only the results that the job wants
	onlyListed     bool // keys are sent that are listed, not those that have a row and lie no more
	cutsOff        bool // keys that do not fit on a page are not sent
	startsOfAll    bool // starts are counted whatever the object was
	startPerOption bool // every options count as a start
}

type message struct {
	id       string
	body     any
	attempts int
}

// A world is all that there is: the bucket, the queue, the database, and who works.
type world struct {
	v       variant
	db      store
	random  *rand.Rand
	trace   []string
	tracing bool
	wrong   string

	bucket  map[string]content
	waiting []*message // also those for the dead-letter queue: by their attempts
	sent    int
	working []*process
	// Of each object: whether its last state was announced, and when it last began to lie there without a break.
	announced                           map[string]bool
	since                               map[string]int
	jobs                                []*jobInfo
	unsure                              map[string]bool // jobs of which a call came to no end
	starts                              map[pair]int    // of the program on an object alone, by its key and ETag
	asked                               map[pair]int    // how often a job's key was put into a message
	ever                                map[string]bool // keys that there have been
	options                             map[string]bool // that any job had
	calm                                bool            // no fault, no duplicate and no requeued job yet
	step                                int
	faults, duplicates, changes, orders int // that may still come

	pageSize, keysPerMessage, mostRuns, mostFindings, mostRetries, mostWorking int
}

type jobInfo struct {
	id, prefix, options string
	created             int // the step
	cancelled           bool
}

func (w *world) log(format string, args ...any) {
	if w.tracing {
		w.trace = append(w.trace, fmt.Sprintf("%3d ", w.step)+fmt.Sprintf(format, args...))
	}
}

func (w *world) complain(format string, args ...any) {
	if w.wrong == "" {
		w.wrong = fmt.Sprintf(format, args...)
		w.log("WRONG: %s", w.wrong)
	}
}

func (w *world) below(n int) int { return w.random.IntN(n) }

func (w *world) send(body any) {
	w.sent++
	m := &message{fmt.Sprintf("m%03d", w.sent), body, 1}
	w.waiting = append(w.waiting, m)
	w.log("  sent %s %T%v", m.id, m.body, m.body)
}

// A process is a consumer or a request, a coroutine that rests before each of its calls.
type process struct {
	world *world
	v     variant
	name  string
	batch []*message
	rest  func(string) bool
	next  func() (string, bool)
	stop  func()
	dead  string

	failed, left []*message
	runs         int
}

type died struct{}

func (w *world) start(name string, batch []*message, work func(p *process)) {
	p := &process{world: w, v: w.v, name: name, batch: batch}
	p.next, p.stop = iter.Pull(func(yield func(string) bool) {
		p.rest = yield
		defer func() {
			if r := recover(); r != nil {
				if _, ok := r.(died); !ok {
					panic(r)
				}
			}
		}()
		work(p)
		p.pause("ends")
	})
	w.working = append(w.working, p)
}

func (p *process) die(why string) {
	p.dead = why
	panic(died{})
}

func (p *process) pause(before string) {
	if !p.rest(before) {
		p.die("killed before: " + before)
	}
}

// call is a call to another machine. The process may be killed before it, which is after the one before.
func (p *process) call(where string, do func() error) error {
	p.pause(where)
	w := p.world
	if w.faults > 0 && w.below(20) == 0 {
		w.faults--
		w.calm = false
		if w.below(2) == 0 {
			w.log("%s: %s refused", p.name, where)
			return errRefused
		}
		w.log("%s: %s, its answer lost", p.name, where)
		if err := do(); err != nil {
			return err
		}
		return errLost
	}
	err := do()
	if err != nil {
		w.log("%s: %s: %v", p.name, where, err)
	} else {
		w.log("%s: %s", p.name, where)
	}
	return err
}

// advance lets a process make its next call, and sees to its messages when it has ended.
func (w *world) advance(p *process) {
	if _, more := p.next(); !more {
		w.ended(p)
	}
}

func (w *world) kill(p *process) {
	p.stop()
	if p.dead == "" {
		p.dead = "killed before its first call"
	}
	w.ended(p)
}

func (w *world) ended(p *process) {
	w.working = slices.DeleteFunc(w.working, func(other *process) bool { return other == p })
	if p.dead != "" {
		w.log("%s died, %s", p.name, p.dead)
	} else {
		w.log("%s ended, %d of %d again", p.name, len(p.failed), len(p.batch))
	}
	for _, m := range p.batch {
		if (p.dead != "" || slices.Contains(p.failed, m)) && !w.v.ackFirst {
			w.waiting = append(w.waiting, &message{m.id, m.body, m.attempts + 1})
		}
	}
}

// deliver gives some messages to a new consumer, of the queue or of that of dead letters.
func (w *world) deliver() {
	buried := w.waiting[w.below(len(w.waiting))].attempts > w.mostRetries+1
	var batch []*message
	for n := 1 + w.below(4); n > 0; n-- {
		var fit []int
		for i, m := range w.waiting {
			// An id comes once in a batch.
			if (m.attempts > w.mostRetries+1) == buried && !slices.ContainsFunc(batch, func(b *message) bool { return b.id == m.id }) {
				fit = append(fit, i)
			}
		}
		if len(fit) == 0 {
			break
		}
		at := fit[w.below(len(fit))]
		m := w.waiting[at]
		if w.duplicates > 0 && w.below(6) == 0 {
			w.duplicates--
			w.calm = false
			m = &message{m.id, m.body, m.attempts}
		} else {
			w.waiting = slices.Delete(w.waiting, at, at+1)
		}
		batch = append(batch, m)
	}
	name := fmt.Sprint("c", w.step)
	if w.tracing {
		var ids []string
		for _, m := range batch {
			ids = append(ids, fmt.Sprint(m.id, "×", m.attempts))
		}
		w.log("%s gets %s, dead letters: %v", name, strings.Join(ids, " "), buried)
	}
	if buried {
		w.start(name, batch, func(p *process) { p.buryAll(batch) })
	} else {
		w.start(name, batch, func(p *process) { p.consume(batch) })
	}
}

// change puts, overwrites or deletes an object.
func (w *world) change(key string, silent bool) {
	_, there := w.bucket[key]
	if there && w.below(3) == 0 {
		delete(w.bucket, key)
		w.log("delete %s", key)
		w.send(eventMessage{bucketName, key})
		return
	}
	c := content(w.below(3))
	switch w.below(8) {
	case 0:
		c = broken
	case 1:
		c = poison
	}
	w.bucket[key] = c
	w.ever[key] = true
	if !there {
		w.since[key] = w.step
		w.announced[key] = false
	}
	w.log("put %s: %d", key, int(c))
	if !silent {
		w.announced[key] = true
		w.send(eventMessage{bucketName, key})
	}
}

// order is what somebody asks /api/bulk/ for, and what is sent who knows by whom.
func (w *world) order() {
	name := fmt.Sprint("a", w.step)
	switch n := w.below(12); {
	case n < 3 && len(w.jobs) < 3:
		j := &jobInfo{id: fmt.Sprint("j", len(w.jobs)), prefix: []string{"", "a"}[w.below(2)], options: []string{"", "x", "y"}[w.below(3)], created: w.step}
		w.jobs = append(w.jobs, j)
		w.options[j.options] = true
		w.log("%s: job %s of %q with %q", name, j.id, j.prefix, j.options)
		w.start(name, nil, func(p *process) { _ = p.create(j.id, j.prefix, j.options) })
	case n == 3 && len(w.jobs) > 0:
		j := w.jobs[w.below(len(w.jobs))]
		j.cancelled = true
		w.log("%s: cancel %s", name, j.id)
		w.start(name, nil, func(p *process) { _ = p.cancel(j.id) })
	case n == 4 && len(w.jobs) > 0:
		j := w.jobs[w.below(len(w.jobs))]
		w.calm = false
		w.log("%s: requeue job %s", name, j.id)
		w.start(name, nil, func(p *process) { _ = p.requeueJob(j.id) })
	case n < 8:
		w.calm = false
		w.log("%s: requeue dead letters", name)
		w.start(name, nil, func(p *process) { _ = p.requeue() })
	case n == 8:
		w.send(eventMessage{bucketName, w.key()})
	case n == 9:
		w.send(eventMessage{"of-others", w.key()})
	case n == 10:
		w.send("no message")
	default:
		if len(w.working) == 0 {
			w.log("cleanup")
			if err := w.db.cleanup(); err != nil {
				w.complain("cleanup: %v", err)
			}
		}
	}
}

var keys = []string{"a1", "a2", "b1", "b2", "never"}

// key is one of the first, and for forged events also one that never was.
func (w *world) key() string { return keys[w.below(len(keys))] }
