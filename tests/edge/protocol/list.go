package protocol

// pages of a job's list.
const pages = 4

// list is the protocol of listPage in jobs.ts: a message asks for a page; who takes it writes the page's rows, sends the keys that have one,
// moves the cursor if nobody has written rows since, and asks for the next page. Meanwhile an object is put in among the first page's.
type list struct {
	broken listRule

	page   int8        // the table's: pages listed
	last   int8        // who wrote the page's rows last: 0 nobody who is there, else the lister's index and 1
	waits  [pages]int8 // messages by the page that they ask for
	sent   [pages]int8 // how often a page's keys were sent
	added  int8        // the object: 0 not there, 1 it lies there, 2 it has a row, 3 it was sent
	lister [2]lister

	duplicates, deaths int8
}

type lister struct {
	step  int8 // 0 idle, 1 has read the job, 2 has written the rows, 3 has sent the keys, 4 has moved the cursor, 5 only asks for the next page
	page  int8
	added bool // it sends that object, too
	moved bool
}

type listRule int8

const (
	listNone   listRule = iota
	keysFirst           // the keys are sent before the cursor moves
	askAgain            // who finds the cursor one page on asks for that page, too
	lastLister          // only who wrote the page's rows last moves the cursor
)

func (l list) next() (states []list) {
	add := func(change func(*list)) {
		n := l
		change(&n)
		states = append(states, n)
	}
	if l.added == 0 && l.page == 0 {
		add(func(n *list) { n.added = 1 })
	}
	idle := -1
	for i, w := range l.lister {
		if w.step == 0 {
			idle = i
			continue
		}
		add(func(n *list) { n.advance(i) })
		if l.deaths > 0 {
			add(func(n *list) { n.waits[w.page]++; n.free(i); n.deaths-- })
		}
	}
	if idle < 0 {
		return states
	}
	for page, n := range l.waits {
		if n == 0 {
			continue
		}
		add(func(n *list) { n.waits[page]--; n.deliver(idle, int8(page)) })
		if l.duplicates > 0 {
			add(func(n *list) { n.deliver(idle, int8(page)); n.duplicates-- })
		}
	}
	return states
}

func (l *list) deliver(i int, page int8) {
	switch {
	case l.page == page && l.page < pages:
		l.lister[i] = lister{step: 1, page: page}
	case l.page == page+1 && page+1 < pages && l.broken != askAgain:
		l.lister[i] = lister{step: 5, page: page}
	}
}

func (l *list) advance(i int) {
	w := &l.lister[i]
	send := func() {
		l.sent[w.page] = min(l.sent[w.page]+1, 2)
		if w.added {
			l.added = 3
		}
	}
	move := func() {
		if l.page == w.page && (l.last == int8(i+1) || l.broken == lastLister) {
			l.page++
			l.last = 0
			w.moved = true
		}
	}
	switch w.step {
	case 1:
		if l.page != w.page {
			l.again(i) // another has moved the cursor
			return
		}
		l.last = int8(i + 1)
		if w.page == 0 && l.added > 0 {
			l.added, w.added = max(l.added, 2), true
		}
	case 2, 3:
		if (w.step == 2) == (l.broken == keysFirst) {
			move()
		} else {
			send()
		}
	case 4, 5:
		if w.step == 4 && !w.moved {
			l.again(i)
			return
		}
		if next := w.page + 1; next < pages {
			l.waits[next]++
		}
		l.free(i)
		return
	}
	w.step++
}

// again has a lister's message delivered again.
func (l *list) again(i int) {
	l.waits[l.lister[i].page]++
	l.free(i)
}

func (l *list) free(i int) {
	l.lister[i] = lister{}
	if l.last == int8(i+1) {
		l.last = 0
	}
}

func (l list) wrong() string {
	if l.page < pages {
		return "the list ends too early"
	}
	for _, n := range l.sent {
		if n == 0 {
			return "a page's keys were never sent"
		}
	}
	if l.added == 2 {
		return "an object has a row, and was never sent"
	}
	return ""
}
