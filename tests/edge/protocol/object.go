package protocol

import "fmt"

// consumersOfObject is how many work on the object at a time.
const consumersOfObject = 3

// object is the protocol of consumer.ts, store.ts and cleanup.ts for one object: messages say "look at it"; a consumer claims it,
// reads it, and writes unless another has written since it claimed.
type object struct {
	broken rule // what is left out, to see that it is needed

	bucket, versions int8 // the version that lies there, 0: none; and how many there have been
	row              bool // in the table objects
	applied          int8 // changes with every write: the table has the number of the writer's claim
	result           int8 // the version that the result is of, 0: there is no result
	job              int8 // of the job's key: 0 unlisted, 1 queued, 2 settled

	events, tasks int8 // messages that wait: R2's and the job's
	consumers     [consumersOfObject]consumer

	// How much may still happen.
	changes, duplicates, deaths, cleanups int8
}

type consumer struct {
	step  int8 // 0 idle, 1 has its claim, 2 has read
	task  bool // its message is the job's
	since int8 // what was applied when it claimed
	seen  int8
}

// A rule of the protocol.
type rule int8

const (
	none           rule = iota
	checkClaim          // write only where nobody has written since the claim
	claimFirst          // the claim comes before the read
	retryUnwritten      // who could not write has its message delivered again
	cleanupWaits        // an object's row goes only when nobody works on it
)

func (o object) next() (list []object) {
	add := func(change func(*object)) {
		n := o
		change(&n)
		list = append(list, n)
	}
	if o.changes > 0 {
		put := func(n *object) { n.versions++; n.bucket = n.versions; n.events++; n.changes-- }
		add(put)
		if o.bucket > 0 {
			add(func(n *object) { n.bucket = 0; n.events++; n.changes-- })
		}
	}
	if o.job == 0 { // lists, and finds the object or not
		add(func(n *object) {
			n.job = 2
			if n.bucket > 0 {
				n.job = 1
				n.tasks++
			}
		})
	}
	if o.job == 1 && o.duplicates > 0 { // the page was listed again
		add(func(n *object) { n.tasks++; n.duplicates-- })
	}
	idle := -1
	alive := false
	for i, c := range o.consumers {
		switch c.step {
		case 0:
			idle = i
		case 1:
			alive = true
			add(func(n *object) {
				c := &n.consumers[i]
				c.step = 2
				if n.broken == claimFirst { // it has read before: now it claims
					c.since = n.claim()
				} else {
					c.seen = n.bucket
				}
			})
		case 2:
			alive = true
			add(func(n *object) { n.settle(i, false) })
			if o.duplicates > 0 { // done, but its answer is lost
				add(func(n *object) { n.settle(i, true); n.duplicates-- })
			}
		}
		if c.step > 0 && o.deaths > 0 {
			add(func(n *object) { n.back(c); n.consumers[i] = consumer{}; n.deaths-- })
		}
	}
	if idle >= 0 {
		for _, task := range []bool{false, true} {
			waiting := o.events
			if task {
				waiting = o.tasks
			}
			if waiting == 0 {
				continue
			}
			add(func(n *object) { n.deliver(idle, task, true) })
			if o.duplicates > 0 {
				add(func(n *object) { n.deliver(idle, task, false); n.duplicates-- })
			}
		}
	}
	if o.row && o.result == 0 && o.cleanups > 0 && (o.broken == cleanupWaits || !alive) {
		add(func(n *object) { n.row, n.applied = false, 0; n.cleanups-- })
	}
	return list
}

func (o *object) claim() (since int8) {
	o.row = true
	return o.applied
}

func (o *object) deliver(i int, task, remove bool) {
	c := consumer{step: 1, task: task}
	if o.broken == claimFirst {
		c.seen = o.bucket
	} else {
		c.since = o.claim()
	}
	o.consumers[i] = c
	if !remove {
		return
	}
	if task {
		o.tasks--
	} else {
		o.events--
	}
}

// back has a message delivered again.
func (o *object) back(c consumer) {
	if c.task {
		o.tasks++
	} else {
		o.events++
	}
}

func (o *object) settle(i int, lost bool) {
	c := o.consumers[i]
	o.consumers[i] = consumer{}
	may := o.row && o.applied == c.since || o.broken == checkClaim
	if may {
		o.applied++
		o.result = c.seen
	}
	if c.task && may {
		o.job = 2
	}
	if lost || !may && o.broken != retryUnwritten {
		o.back(c)
	}
}

func (o object) wrong() string {
	switch {
	case o.result != o.bucket:
		return fmt.Sprintf("the result is of version %d, the object has %d", o.result, o.bucket)
	case o.job == 1:
		return "the job never ends"
	}
	return ""
}
