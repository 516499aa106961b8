package protocol

// pages of a job's list.
const pages = 4

// list is the protocol of listPage in jobs.ts: a message asks for a page; who takes it sends the page's keys, moves the cursor if nobody
// has, and asks for the next page.
type list struct {
	broken listRule

	page   int8        // the table's: pages listed
	waits  [pages]int8 // messages by the page that they ask for
	sent   [pages]int8 // how often a page's keys were sent
	lister [2]lister

	duplicates, deaths int8
}

type lister struct {
	step  int8 // 0 idle, 1 has read the row, 2 has sent the keys, 3 has moved the cursor, 4 only asks for the next page
	page  int8
	moved bool
}

type listRule int8

const (
	listNone  listRule = iota
	keysFirst          // the keys are sent before the cursor moves
	askAgain           // who finds the cursor one page on asks for that page, too
)

func (l list) next() (states []list) {
	add := func(change func(*list)) {
		n := l
		change(&n)
		states = append(states, n)
	}
	idle := -1
	for i, w := range l.lister {
		if w.step == 0 {
			idle = i
			continue
		}
		add(func(n *list) { n.advance(i) })
		if l.deaths > 0 {
			add(func(n *list) { n.lister[i] = lister{}; n.waits[w.page]++; n.deaths-- })
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
		l.lister[i] = lister{step: 4, page: page}
	}
}

func (l *list) advance(i int) {
	w := &l.lister[i]
	send := func() { l.sent[w.page] = min(l.sent[w.page]+1, 2) }
	move := func() {
		if l.page == w.page {
			l.page++
			w.moved = true
		}
	}
	switch w.step {
	case 1:
		if l.broken == keysFirst {
			move()
		} else {
			send()
		}
		w.step = 2
	case 2:
		if l.broken == keysFirst {
			send()
		} else {
			move()
		}
		w.step = 3
	case 3, 4:
		if next := w.page + 1; next < pages && (w.moved || w.step == 4) {
			l.waits[next]++
		}
		*w = lister{}
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
	return ""
}
