package protocol

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// A row of the table results.
type result struct {
	key, options, id, etag, state, label string
}

type claimed struct {
	claim, started int
	applied        int    // the claim of who wrote last
	tried          string // the ETag that started counts for
}

// What a consumer found out of an object: its ETag, or "" where there is none.
type finding struct {
	key     string
	claim   int
	applied int // as it was when the object was claimed
	etag    string
	results []result
	jobs    []jobKey
}

type jobKey struct{ job, state string }

type jobRow struct {
	prefix, options, state, cursor string
	page, lister                   int
}

type deadLetter struct {
	id, reason, job string
	body            any
}

// A store is the database: each method but dump is one transaction, of the name that it has in TypeScript.
type store interface {
	claim(keys, jobs []string) (map[string]claimed, []result, map[string]bool, error)
	starting(key, etag string) error
	settle(findings []finding) (map[string]bool, error)
	create(id, prefix, options string) error
	job(id string) (*jobRow, error)
	// after and last bound the queued keys: above after, and up to last if it is not empty. The first limit of them are returned.
	insertKeys(id string, page int, keys []string, after, last string, limit int) (queued []string, lister int, err error)
	moveCursor(id, cursor, state string, page, lister int) (moved bool, err error)
	cancel(id string) error
	requeueJob(id string) (page int, found bool, err error)
	bury(letter deadLetter) error
	stall(id string) error
	resume(id string) error
	deadLetters() ([]deadLetter, error)
	forget(ids []string) error
	cleanup() error
	// counts are a job's by state of its keys.
	counts(id string) map[string]int
	results() []result
	dump() string
}

type objectRow struct {
	claimed, applied, started int
	tried                     string
}
type pair struct{ a, b string }

// memory says in Go what the statements mean.
type memory struct {
	v       variant
	objects map[string]*objectRow
	known   map[pair]result // by key and options
	jobs    map[string]*jobRow
	keys    map[pair]string // the state by job and key
	dead    map[string]deadLetter
	counter map[pair]int // of a sabotage: by job and state
}

func newMemory(v variant) *memory {
	return &memory{v, map[string]*objectRow{}, map[pair]result{}, map[string]*jobRow{}, map[pair]string{}, map[string]deadLetter{}, map[pair]int{}}
}

var errConstraint = errors.New("UNIQUE constraint failed")

func (m *memory) claim(keys, jobs []string) (map[string]claimed, []result, map[string]bool, error) {
	claims := map[string]claimed{}
	var known []result
	for _, key := range keys {
		row := m.objects[key]
		if row == nil {
			row = &objectRow{}
			m.objects[key] = row
		}
		row.claimed++
		claims[key] = claimed{row.claimed, row.started, row.applied, row.tried}
	}
	for at, r := range m.known {
		if slices.Contains(keys, at.a) {
			known = append(known, r)
		}
	}
	sortResults(known)
	wanted := map[string]bool{}
	for _, id := range jobs {
		if row := m.jobs[id]; row != nil && row.state != "cancelled" {
			wanted[id] = true
		}
	}
	return claims, known, wanted, nil
}

func sortResults(list []result) {
	slices.SortFunc(list, func(a, b result) int { return strings.Compare(a.key+"\x00"+a.options, b.key+"\x00"+b.options) })
}

func (m *memory) starting(key, etag string) error {
	if row := m.objects[key]; row != nil {
		if row.tried != etag && !m.v.startsOfAll {
			row.started = 0
		}
		row.started++
		if !m.v.startsOfAll {
			row.tried = etag
		}
	}
	return nil
}

func (m *memory) settle(findings []finding) (map[string]bool, error) {
	// A transaction: nothing is written where a statement fails.
	if m.v.insertOnly {
		for _, f := range findings {
			for _, r := range f.results {
				if old, ok := m.known[pair{r.key, r.options}]; ok && (old.etag == f.etag || m.v.noETag) {
					return nil, errConstraint
				}
			}
		}
	}
	written := map[string]bool{}
	current := map[string]bool{}
	for _, f := range findings {
		row := m.objects[f.key]
		if row != nil && (row.applied == f.applied || m.v.overtakes && row.applied <= f.claim || m.v.anyOrder ||
			m.v.deleteAnyOrder && f.etag == "") {
			row.applied, row.started = f.claim, 0
			written[f.key] = true
		}
		current[f.key] = row != nil && row.applied == f.claim || m.v.anyOrder && row != nil
	}
	for _, f := range findings {
		if !current[f.key] {
			continue
		}
		for at, r := range m.known {
			if at.a == f.key && r.etag != f.etag && (!m.v.noETag || f.etag == "") {
				delete(m.known, at)
			}
		}
		for _, r := range f.results {
			if _, ok := m.known[pair{r.key, r.options}]; !ok {
				m.known[pair{r.key, r.options}] = r
			}
		}
		for _, j := range f.jobs {
			if state := m.keys[pair{j.job, f.key}]; state == "queued" {
				m.keys[pair{j.job, f.key}] = j.state
			}
			m.counter[pair{j.job, j.state}]++
		}
	}
	return written, nil
}

func (m *memory) create(id, prefix, options string) error {
	m.jobs[id] = &jobRow{prefix: prefix, options: options, state: "listing"}
	return nil
}

func (m *memory) job(id string) (*jobRow, error) {
	if row := m.jobs[id]; row != nil {
		read := *row
		return &read, nil
	}
	return nil, nil
}

func (m *memory) insertKeys(id string, page int, keys []string, after, last string, limit int) (queued []string, lister int, err error) {
	row := m.jobs[id]
	if !m.v.manyListers {
		if row.page != page || row.state != "listing" && row.state != "stalled" {
			return nil, 0, nil
		}
		row.lister++
	}
	if m.v.insertOnly {
		for _, key := range keys {
			if _, ok := m.keys[pair{id, key}]; ok {
				return nil, 0, errConstraint
			}
		}
	}
	for _, key := range keys {
		at := pair{id, key}
		if _, ok := m.keys[at]; !ok {
			m.keys[at] = "queued"
			m.counter[pair{id, "listed"}]++
		}
		if m.keys[at] == "queued" && m.v.onlyListed {
			queued = append(queued, key)
		}
	}
	for at, state := range m.keys {
		if at.a == id && state == "queued" && at.b > after && (last == "" || at.b <= last) && !m.v.onlyListed {
			queued = append(queued, at.b)
		}
	}
	slices.Sort(queued)
	return queued[:min(len(queued), limit)], row.lister, nil
}

func (m *memory) moveCursor(id, cursor, state string, page, lister int) (bool, error) {
	row := m.jobs[id]
	if row == nil || row.page != page || row.lister != lister || row.state != "listing" && (m.v.stalledStops || row.state != "stalled") {
		return false, nil
	}
	row.cursor, row.state = cursor, state
	row.page++
	return true, nil
}

func (m *memory) cancel(id string) error {
	if row := m.jobs[id]; row != nil && (row.state != "listed" || m.counts(id)["queued"] > 0) {
		row.state = "cancelled"
	}
	return nil
}

func (m *memory) requeueJob(id string) (int, bool, error) {
	row := m.jobs[id]
	if row == nil {
		return 0, false, nil
	}
	row.state, row.cursor = "listing", ""
	row.page++
	return row.page, true, nil
}

func (m *memory) bury(letter deadLetter) error {
	if _, ok := m.dead[letter.id]; !ok {
		m.dead[letter.id] = letter
	}
	return nil
}

func (m *memory) stall(id string) error {
	row := m.jobs[id]
	if row != nil && row.state == "listing" {
		row.state = "stalled"
	}
	return nil
}

func (m *memory) resume(id string) error {
	if row := m.jobs[id]; row != nil && row.state == "stalled" {
		row.state = "listing"
	}
	return nil
}

func (m *memory) deadLetters() (list []deadLetter, _ error) {
	for _, letter := range m.dead {
		list = append(list, letter)
	}
	slices.SortFunc(list, func(a, b deadLetter) int { return strings.Compare(a.id, b.id) })
	return list, nil
}

func (m *memory) forget(ids []string) error {
	for _, id := range ids {
		delete(m.dead, id)
	}
	return nil
}

func (m *memory) cleanup() error {
	for key := range m.objects {
		has := false
		for at := range m.known {
			has = has || at.a == key
		}
		if !has {
			delete(m.objects, key)
		}
	}
	return nil
}

func (m *memory) counts(id string) map[string]int {
	counts := map[string]int{}
	for at, state := range m.keys {
		if at.a == id {
			counts[state]++
			counts["listed"]++
		}
	}
	if m.v.counters {
		for at, n := range m.counter {
			if at.a == id {
				counts[at.b] = n
			}
		}
	}
	return counts
}

func (m *memory) results() (list []result) {
	for _, r := range m.known {
		list = append(list, r)
	}
	sortResults(list)
	return list
}

func (m *memory) dump() string {
	var lines []string
	for key, o := range m.objects {
		lines = append(lines, fmt.Sprint("object ", key, " ", o.claimed, " ", o.applied, " ", o.started, " ", o.tried))
	}
	for _, r := range m.known {
		lines = append(lines, fmt.Sprint("result ", r))
	}
	for id, j := range m.jobs {
		lines = append(lines, fmt.Sprint("job ", id, " ", *j))
	}
	for at, state := range m.keys {
		lines = append(lines, fmt.Sprint("key ", at, " ", state))
	}
	for _, d := range m.dead {
		lines = append(lines, fmt.Sprint("dead ", d.id, " ", d.reason, " ", d.job))
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}
