package protocol

import (
	"errors"
	"slices"
	"strings"
)

// Jobs and dead letters, ported from jobs.ts and dead.ts.

// listPage is listPage of jobs.ts.
func (p *process) listPage(m listMessage) error {
	db := p.world.db
	var row *jobRow
	if err := p.call("D1 job", func() (err error) { row, err = db.job(m.job); return err }); err != nil {
		return err
	}
	if row == nil || row.state != "listing" && (p.v.stalledStops || row.state != "stalled") {
		return nil
	}
	next := func() error { return p.send(listMessage{m.job, m.page + 1}) }
	if row.page == m.page+1 && !p.v.noNext {
		return next()
	}
	if row.page != m.page {
		return nil
	}
	var keys []string
	truncated := false
	if err := p.call("R2 list", func() error {
		for key := range p.world.bucket {
			if strings.HasPrefix(key, row.prefix) && key > row.cursor {
				keys = append(keys, key)
			}
		}
		slices.Sort(keys)
		if len(keys) > p.world.pageSize {
			keys, truncated = keys[:p.world.pageSize], true
		}
		return nil
	}); err != nil {
		return err
	}
	cursor, state := row.cursor, "listed"
	if len(keys) > 0 {
		cursor = keys[len(keys)-1]
	}
	if truncated {
		state = "listing"
	}
	last := "" // no bound
	if truncated {
		last = cursor
	}
	queued, lister := keys, 0
	insert := func() error {
		err := p.call("D1 keys", func() (err error) {
			queued, lister, err = db.insertKeys(m.job, row.page, keys, row.cursor, last, p.world.pageSize+1)
			return err
		})
		if err == nil && lister == 0 && !p.v.manyListers {
			return errOther
		}
		if len(queued) > p.world.pageSize { // too many that lie no more: the page ends where they do not fit
			queued = queued[:p.world.pageSize]
			if !p.v.cutsOff {
				cursor, state, truncated = queued[p.world.pageSize-1], "listing", true
			}
		}
		return err
	}
	moved := false
	move := func() error {
		return p.call("D1 cursor", func() (err error) {
			moved, err = db.moveCursor(m.job, cursor, state, row.page, lister)
			return err
		})
	}
	ask := func() error {
		var bodies []any
		for part := range slices.Chunk(queued, p.world.keysPerMessage) {
			bodies = append(bodies, keysMessage{m.job, row.options, part})
		}
		for _, key := range queued {
			p.world.asked[pair{m.job, key}]++
		}
		return p.send(bodies...)
	}
	steps := []func() error{insert, ask, move}
	if p.v.sendFirst {
		steps = []func() error{ask, insert, move}
	}
	if p.v.cursorFirst {
		steps = []func() error{insert, move, ask}
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	if !moved && !p.v.manyListers {
		return errOther
	}
	if truncated && moved {
		return next()
	}
	return nil
}

func (p *process) bury(m *message, reason, job string) error {
	return p.call("D1 bury", func() error { return p.world.db.bury(deadLetter{m.id, reason, job, m.body}) })
}

// buryAll is buryAll of dead.ts.
func (p *process) buryAll(batch []*message) {
	for _, m := range batch {
		err := func() error {
			switch body := m.body.(type) {
			case listMessage:
				if err := p.bury(m, "tried too often", body.job); err != nil {
					return err
				}
				return p.call("D1 stall", func() error { return p.world.db.stall(body.job) })
			case keysMessage:
				return p.bury(m, "tried too often", body.job)
			default:
				return p.bury(m, "tried too often", "")
			}
		}()
		if err != nil {
			p.failed = add(p.failed, m)
		}
	}
}

// requeue is requeue of dead.ts.
func (p *process) requeue() error {
	db := p.world.db
	var letters []deadLetter
	if err := p.call("D1 dead letters", func() (err error) { letters, err = db.deadLetters(); return err }); err != nil {
		return err
	}
	var ids []string
	for _, letter := range letters {
		if letter.reason != "tried too often" {
			continue
		}
		if body, ok := letter.body.(listMessage); ok {
			if err := p.call("D1 resume", func() error { return db.resume(body.job) }); err != nil {
				return err
			}
		}
		if err := p.send(letter.body); err != nil {
			return err
		}
		ids = append(ids, letter.id)
	}
	return p.call("D1 forget", func() error { return db.forget(ids) })
}

// create, requeueJob and cancel are those of jobs.ts; who asked for them and got an error asks again, for the same job.
func (p *process) create(id, prefix, options string) error {
	w := p.world
	if err := p.call("D1 create", func() error {
		w.unsure[id] = true
		return w.db.create(id, prefix, options)
	}); err != nil {
		return err
	}
	if err := p.send(listMessage{id, 0}); err != nil {
		return err
	}
	delete(w.unsure, id)
	return nil
}

func (p *process) requeueJob(id string) error {
	w := p.world
	page, found := 0, false
	if err := p.call("D1 requeue job", func() (err error) {
		if page, found, err = w.db.requeueJob(id); found {
			w.unsure[id] = true
		}
		return err
	}); err != nil || !found {
		return err
	}
	if err := p.send(listMessage{id, page}); err != nil {
		return err
	}
	delete(w.unsure, id)
	return nil
}

func (p *process) cancel(id string) error {
	return p.call("D1 cancel", func() error { return p.world.db.cancel(id) })
}

var (
	errRefused = errors.New("refused")
	errLost    = errors.New("done, but the answer lost")
	errOther   = errors.New("another consumer has listed the page meanwhile")
)
