package protocol

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

var (
	seed      = flag.Uint64("seed", uint64(time.Now().UnixNano())%1e9, "of the schedules")
	schedules = flag.Int("schedules", 20_000, "how many are explored")
	only      = flag.Int("only", -1, "the number of the one schedule that is run, and printed")
)

// schedule runs one schedule and says what was wrong in the end. The same seed and number make the same schedule.
func schedule(seed uint64, number int, v variant, db store, tracing bool) *world {
	w := &world{
		v: v, db: db, random: rand.New(rand.NewPCG(seed, uint64(number))), tracing: tracing, calm: true,
		bucket: map[string]content{}, announced: map[string]bool{}, since: map[string]int{}, unsure: map[string]bool{},
		starts: map[pair]int{}, asked: map[pair]int{}, ever: map[string]bool{}, options: map[string]bool{},
	}
	size := 1 + w.below(min(2+number/50, 6)) // small ones first, so that what is wrong is seen in a short one
	objects := 1 + w.below(min(size, 4))
	w.pageSize, w.keysPerMessage, w.mostRuns, w.mostFindings = 1+w.below(3), 1+w.below(3), 1+w.below(6), 1+w.below(4)
	w.mostRetries, w.mostWorking = []int{1, 3, 10}[w.below(3)], 1+w.below(3)
	w.changes, w.orders = w.below(2*size+1), w.below(size+2)
	if w.below(4) > 0 {
		w.faults, w.duplicates = w.below(size+2), w.below(size+2)
	}
	for _, key := range keys[:objects] {
		if w.below(2) == 0 {
			w.change(key, true)
		}
	}
	for w.step = 1; w.wrong == "" && w.step < 20_000; w.step++ {
		switch n := w.below(16); {
		case n == 0 && w.changes > 0:
			w.changes--
			w.change(keys[w.below(objects)], false)
		case n == 1 && w.orders > 0:
			w.orders--
			w.order()
		case n == 2 && w.faults > 0 && len(w.working) > 0:
			w.faults--
			w.calm = false
			w.kill(w.working[w.below(len(w.working))])
		case n < 6 && len(w.waiting) > 0 && len(w.working) < w.mostWorking:
			w.deliver()
		case len(w.working) > 0:
			w.advance(w.working[w.below(len(w.working))])
		case len(w.waiting) > 0:
			w.deliver()
		case w.changes == 0 && w.orders == 0:
			w.faults, w.duplicates = 0, 0
			if !w.revive() {
				w.check()
				return w
			}
		}
	}
	w.complain("it does not come to rest")
	for len(w.working) > 0 {
		w.kill(w.working[0])
	}
	return w
}

// revive does what a person would, when all is quiet: requeue what is dead, and the jobs of which a call came to no end.
func (w *world) revive() bool {
	w.calm = false
	letters, err := w.db.deadLetters()
	if err != nil {
		w.complain("dead letters: %v", err)
		return false
	}
	for _, letter := range letters {
		if letter.reason == "tried too often" {
			w.start(fmt.Sprint("a", w.step), nil, func(p *process) { _ = p.requeue() })
			return true
		}
	}
	for id := range w.unsure {
		delete(w.unsure, id)
		w.start(fmt.Sprint("a", w.step), nil, func(p *process) { _ = p.requeueJob(id) })
		return true
	}
	return false
}

// check says what is not as it must be when all is quiet.
func (w *world) check() {
	has := map[pair]bool{}
	for _, r := range w.db.results() {
		c, there := w.bucket[r.key]
		state, label := c.answer(r.options)
		if c == poison || r.label == "internal" { // who is given up too early is found where it happens
			state, label = "failed", "internal"
		}
		switch at := (pair{r.key, r.options}); {
		case !there:
			w.complain("%s has a result and is not there", r.key)
		case has[at]:
			w.complain("%s has two results with %q", r.key, r.options)
		case r.etag != c.etag():
			w.complain("%s has the result of %s, and is %s", r.key, r.etag, c.etag())
		case r.state != state || r.label != label:
			w.complain("%s is %s %q, must be %s %q", r.key, r.state, r.label, state, label)
		case r.options != "" && !w.options[r.options]:
			w.complain("%s has a result with %q, which nobody wanted", r.key, r.options)
		default:
			has[at] = true
		}
	}
	for key := range w.bucket {
		if w.announced[key] && !has[pair{key, ""}] {
			w.complain("%s was put and has no result", key)
		}
	}
	for _, j := range w.jobs {
		row, err := w.db.job(j.id)
		if row == nil || err != nil {
			if err != nil {
				w.complain("job %s: %v", j.id, err)
			}
			continue // never created
		}
		counts := w.db.counts(j.id)
		if counts["listed"] != counts["queued"]+counts["done"]+counts["failed"]+counts["gone"] {
			w.complain("job %s counts %v", j.id, counts)
		}
		if row.state == "cancelled" {
			if !j.cancelled {
				w.complain("job %s is cancelled, which nobody asked for", j.id)
			}
			continue
		}
		if row.state != "listed" || counts["queued"] > 0 {
			w.complain("job %s hangs: %s, %v", j.id, row.state, counts)
		}
		listed := 0
		for key := range w.ever {
			times := w.asked[pair{j.id, key}]
			if times > 0 {
				listed++
			}
			_, there := w.bucket[key]
			lay := there && w.since[key] < j.created && strings.HasPrefix(key, j.prefix)
			if lay && !has[pair{key, j.options}] {
				w.complain("%s lay there all the time that job %s ran, and has no result with %q", key, j.id, j.options)
			}
			if w.calm && (times > 1 || lay && times != 1) {
				w.complain("job %s listed %s %d times", j.id, key, times)
			}
		}
		if listed != counts["listed"] {
			w.complain("job %s listed %d keys, and counts %v", j.id, listed, counts)
		}
	}
	letters, _ := w.db.deadLetters()
	for _, letter := range letters {
		if letter.reason == "tried too often" {
			w.complain("%v is dead", letter)
		}
	}
}

// explore runs n schedules on all processors. It returns the number of the first that went wrong and says so, or -1, and the steps taken.
func explore(seed uint64, n int, v variant, says string) (first int, steps int64) {
	var next, taken atomic.Int64
	var found atomic.Int64
	found.Store(int64(n))
	var wait sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wait.Go(func() {
			for number := next.Add(1) - 1; number < found.Load(); number = next.Add(1) - 1 {
				w := schedule(seed, int(number), v, newMemory(v), false)
				taken.Add(int64(w.step))
				if w.wrong == "" || !strings.Contains(w.wrong, says) {
					continue
				}
				for old := found.Load(); number < old && !found.CompareAndSwap(old, number); old = found.Load() {
				}
			}
		})
	}
	wait.Wait()
	if found.Load() == int64(n) {
		return -1, taken.Load()
	}
	return int(found.Load()), taken.Load()
}

// report prints a schedule from its beginning to what is wrong.
func report(number int, v variant) string {
	w := schedule(*seed, number, v, newMemory(v), true)
	return fmt.Sprintf("-seed %d -only %d: %s\n%s\n%s", *seed, number, w.wrong, strings.Join(w.trace, "\n"), w.db.dump())
}

// The protocol comes to the right end, as far as the schedules go.
func TestSchedules(t *testing.T) {
	t.Logf("-seed %d", *seed)
	if *only >= 0 {
		t.Log(report(*only, variant{}))
		return
	}
	first, steps := explore(*seed, *schedules, variant{}, "")
	if first >= 0 {
		t.Fatal(report(first, variant{}))
	}
	t.Logf("%d schedules, %d steps", *schedules, steps)
}

// rulesSeed is that of the schedules in which rules are missed, so that the test finds them at once.
const rulesSeed = 7

// A rule that is left out, what must be wrong then, and the number of a schedule where it is: where the model has changed, another one is
// looked for.
type rule struct {
	v      variant
	says   string
	number int
}

// Each rule of the protocol is needed: without it the explorer finds a schedule that ends wrong.
func TestRulesAreNeeded(t *testing.T) {
	for name, r := range map[string]rule{
		"insert instead of upsert":                        {variant{insertOnly: true}, "", 2},
		"the last writer is right":                        {variant{anyOrder: true}, "", 6812},
		"deletes in any order":                            {variant{deleteAnyOrder: true}, "", 6812},
		"no ETag in the id":                               {variant{noETag: true}, "", 2},
		"read, then claim":                                {variant{readFirst: true}, "", 1074},
		"keys sent before they have rows":                 {variant{sendFirst: true}, "", 440},
		"cursor moved before the keys are sent":           {variant{cursorFirst: true}, "", 38},
		"the page after an interruption is not asked for": {variant{noNext: true}, "", 1542},
		"who wrote nothing is content":                    {variant{ackUnwritten: true}, "", 76},
		"messages acknowledged when they come":            {variant{ackFirst: true}, "", 1},
		"what ends the program is never given up":         {variant{neverGiveUp: true}, "", 25},
		"what is tried again is not tried alone":          {variant{notAlone: true}, "", 25},
		"counters instead of counts":                      {variant{counters: true}, "", 25},
		"a list drops its message while it is stalled":    {variant{stalledStops: true}, "", 1592},
		"any lister moves the cursor":                     {variant{manyListers: true}, "", 20361},
		"who claimed later writes in any case":            {variant{overtakes: true}, "", 28135},
		"a job forgets the results of others":             {variant{forgetOthers: true}, "", 1244},
		"keys that lie no more are not sent":              {variant{onlyListed: true}, "", 500},
		"keys that do not fit on a page are not sent":     {variant{cutsOff: true}, "", 1316},
		"starts are counted for what lay there before":    {variant{startsOfAll: true}, "", 1655},
		"every options count as a start":                  {variant{startPerOption: true}, "", 19512},
	} {
		t.Run(name, func(t *testing.T) {
			number := r.number
			if number < 0 || schedule(rulesSeed, number, r.v, newMemory(r.v), false).wrong == "" {
				number, _ = explore(rulesSeed, *schedules, r.v, r.says)
			}
			if number < 0 {
				t.Fatalf("nothing is wrong without it in %d schedules", *schedules)
			}
			w := schedule(rulesSeed, number, r.v, newMemory(r.v), *only == number)
			t.Logf("schedule %d, step %d: %s\n%s", number, w.step, w.wrong, strings.Join(w.trace, "\n"))
		})
	}
}
