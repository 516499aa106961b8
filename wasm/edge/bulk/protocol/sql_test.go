//go:build !js

package protocol

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	_ "modernc.org/sqlite"
)

// statements runs the Worker's own SQL, and has the model do the same: what they return, and the tables, must be equal.
type statements struct {
	*memory
	db     *sql.DB
	sql    map[string][]*sql.Stmt
	bodies map[string]any
	differ string // the first difference
}

func openStatements(t *testing.T, change func(map[string][]string)) *statements {
	t.Helper()
	db, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	db.SetMaxOpenConns(1)
	migrations, err := filepath.Glob("../migrations/*.sql") // in their order
	if err != nil || len(migrations) == 0 {
		t.Fatal("no migrations: ", err)
	}
	for _, name := range migrations {
		schema, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := db.Exec(string(schema)); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
	texts, err := Statements("..", "store", "jobs", "dead", "cleanup")
	if err != nil {
		t.Fatal(err)
	}
	if change != nil {
		change(texts)
	}
	s := &statements{db: db, sql: map[string][]*sql.Stmt{}}
	for name, count := range map[string]int{
		"store.claim": 3, "store.starting": 1, "store.settle": 4, "jobs.create": 1, "jobs.listPage": 5, "jobs.cancel": 1, "jobs.requeueJob": 1,
		"dead.bury": 1, "dead.stall": 2, "dead.resume": 2, "dead.deadLetters": 1, "dead.requeue": 1, "cleanup.cleanup": 6,
	} {
		if len(texts[name]) != count {
			t.Fatalf("%s has %d statements; this test knows %d", name, len(texts[name]), count)
		}
		for _, text := range texts[name] {
			stmt, err := db.Prepare(text)
			if err != nil {
				t.Fatalf("%s: %v\n%s", name, err, text)
			}
			s.sql[name] = append(s.sql[name], stmt)
		}
	}
	return s
}

// empty begins a schedule.
func (s *statements) empty() {
	s.memory, s.bodies, s.differ = newMemory(variant{}), map[string]any{}, ""
	for _, table := range []string{"objects", "results", "jobs", "job_keys", "dead_letters"} {
		if _, err := s.db.Exec("DELETE FROM " + table); err != nil {
			panic(err)
		}
	}
}

// run gives the rows of a statement, each by the names of its columns.
func (s *statements) run(name string, at int, args ...any) []map[string]any {
	rows, err := s.sql[name][at].Query(args...)
	if err != nil {
		panic(fmt.Sprintf("%s: %v", name, err))
	}
	return scan(rows)
}

func scan(rows *sql.Rows) (list []map[string]any) {
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		panic(err)
	}
	for rows.Next() {
		values := make([]any, len(columns))
		into := make([]any, len(columns))
		for i := range values {
			into[i] = &values[i]
		}
		if err := rows.Scan(into...); err != nil {
			panic(err)
		}
		row := map[string]any{}
		for i, column := range columns {
			row[column] = values[i]
		}
		list = append(list, row)
	}
	return list
}

func text(v any) string {
	if v == nil {
		return ""
	}
	return fmt.Sprint(v)
}

func number(v any) int { return int(v.(int64)) }

func encode(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(b)
}

func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// equal compares what the statements and the model return, and then the tables.
func (s *statements) equal(what string, statements, model any) {
	if s.differ != "" {
		return
	}
	if !reflect.DeepEqual(statements, model) {
		s.differ = fmt.Sprintf("%s returns %v by the statements, %v by the model", what, statements, model)
	} else if a, b := s.tables(), s.memory.dump(); a != b {
		s.differ = fmt.Sprintf("after %s, by the statements:\n%s\nby the model:\n%s", what, a, b)
	}
}

func toResult(row map[string]any) result {
	label := text(row["label"])
	if row["reason"] != nil {
		label = text(row["reason"])
	}
	return result{text(row["key"]), text(row["options"]), text(row["id"]), text(row["etag"]), text(row["state"]), label}
}

func toJob(row map[string]any) *jobRow {
	return &jobRow{text(row["prefix"]), text(row["options"]), text(row["state"]), text(row["cursor"]), number(row["page"]), number(row["lister"])}
}

func (s *statements) tables() string {
	var lines []string
	all := func(table string, line func(row map[string]any) string) {
		rows, err := s.db.Query("SELECT * FROM " + table)
		if err != nil {
			panic(err)
		}
		for _, row := range scan(rows) {
			lines = append(lines, line(row))
		}
	}
	all("objects", func(r map[string]any) string {
		return fmt.Sprint("object ", r["key"], " ", number(r["claimed"]), " ", number(r["applied"]), " ", number(r["started"]), " ", text(r["tried"]))
	})
	all("results", func(r map[string]any) string { return fmt.Sprint("result ", toResult(r)) })
	all("jobs", func(r map[string]any) string { return fmt.Sprint("job ", r["id"], " ", *toJob(r)) })
	all("job_keys", func(r map[string]any) string {
		return fmt.Sprint("key ", pair{text(r["job"]), text(r["key"])}, " ", r["state"])
	})
	all("dead_letters", func(r map[string]any) string {
		return fmt.Sprint("dead ", r["id"], " ", r["reason"], " ", text(r["job"]))
	})
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

func (s *statements) claim(keys, jobs []string) (map[string]claimed, []result, map[string]bool, error) {
	claims, known, wanted, err := s.memory.claim(keys, jobs)
	gotClaims, gotWanted := map[string]claimed{}, map[string]bool{}
	var gotKnown []result
	for _, row := range s.run("store.claim", 0, encode(keys), 0) {
		key := text(row["key"])
		gotClaims[key] = claimed{number(row["claim"]), number(row["started"]), number(row["applied"]), text(row["tried"])}
	}
	for _, row := range s.run("store.claim", 1, encode(keys)) {
		gotKnown = append(gotKnown, toResult(row))
	}
	sortResults(gotKnown)
	for _, row := range s.run("store.claim", 2, encode(orEmpty(jobs))) {
		gotWanted[text(row["id"])] = true
	}
	s.equal("claim", []any{gotClaims, gotKnown, gotWanted}, []any{claims, known, wanted})
	return claims, known, wanted, err
}

func (s *statements) starting(key, etag string) error {
	err := s.memory.starting(key, etag)
	s.run("store.starting", 0, key, etag)
	s.equal("starting", nil, nil)
	return err
}

func (s *statements) settle(findings []finding) (map[string]bool, error) {
	written, err := s.memory.settle(findings)
	var objects, results, jobs []map[string]any
	for _, f := range findings {
		var etag any
		if f.etag != "" {
			etag = f.etag
		}
		objects = append(objects, map[string]any{"key": f.key, "claim": f.claim, "applied": f.applied, "etag": etag})
		for _, r := range f.results {
			row := map[string]any{
				"id": r.id, "key": r.key, "etag": r.etag, "model": "m", "options": r.options, "size": 1, "state": r.state,
				"label": r.label, "probability": 0.5, "answer": "{}", "reason": nil, "detail": nil, "claim": f.claim,
			}
			if r.state == "failed" {
				row["label"], row["probability"], row["answer"], row["reason"], row["detail"] = nil, nil, nil, r.label, "d"
			}
			results = append(results, row)
		}
		for _, j := range f.jobs {
			jobs = append(jobs, map[string]any{"job": j.job, "state": j.state, "key": f.key, "claim": f.claim})
		}
	}
	got := map[string]bool{}
	for _, row := range s.run("store.settle", 0, encode(objects), 0) {
		got[text(row["key"])] = true
	}
	s.run("store.settle", 1, encode(objects), "m")
	s.run("store.settle", 2, encode(orEmpty(results)), 0)
	s.run("store.settle", 3, encode(orEmpty(jobs)), 0)
	s.equal("settle", got, written)
	return written, err
}

func (s *statements) create(id, prefix, options string) error {
	err := s.memory.create(id, prefix, options)
	s.run("jobs.create", 0, id, prefix, options, 0)
	s.equal("create", nil, nil)
	return err
}

func (s *statements) job(id string) (*jobRow, error) {
	row, err := s.memory.job(id)
	var got *jobRow
	for _, r := range s.run("jobs.listPage", 0, id) {
		got = toJob(r)
	}
	s.equal("job", got, row)
	return row, err
}

func (s *statements) insertKeys(id string, page int, keys []string, after, last string, limit int) ([]string, int, error) {
	queued, lister, err := s.memory.insertKeys(id, page, keys, after, last, limit)
	raised := 0
	for _, row := range s.run("jobs.listPage", 1, id, page) {
		raised = number(row["lister"])
	}
	s.run("jobs.listPage", 2, id, page, encode(orEmpty(keys)))
	var to any
	if last != "" {
		to = last
	}
	var got []string
	for _, row := range s.run("jobs.listPage", 3, id, after, to, limit) {
		if raised > 0 { // who has not raised it sends none
			got = append(got, text(row["key"]))
		}
	}
	s.equal("keys", []any{got, raised}, []any{queued, lister})
	return queued, lister, err
}

func (s *statements) moveCursor(id, cursor, state string, page, lister int) (bool, error) {
	moved, err := s.memory.moveCursor(id, cursor, state, page, lister)
	var to any
	if cursor != "" {
		to = cursor
	}
	got := s.run("jobs.listPage", 4, id, to, state, page, lister)
	s.equal("cursor", len(got) > 0, moved)
	return moved, err
}

func (s *statements) cancel(id string) error {
	err := s.memory.cancel(id)
	s.run("jobs.cancel", 0, id)
	s.equal("cancel", nil, nil)
	return err
}

func (s *statements) requeueJob(id string) (int, bool, error) {
	page, found, err := s.memory.requeueJob(id)
	got := 0
	for _, row := range s.run("jobs.requeueJob", 0, id) {
		got = number(row["page"])
	}
	s.equal("requeue job", got, page)
	return page, found, err
}

func (s *statements) bury(letter deadLetter) error {
	err := s.memory.bury(letter)
	var job any
	if letter.job != "" {
		job = letter.job
	}
	s.run("dead.bury", 0, letter.id, "{}", letter.reason, job, 0)
	s.equal("bury", nil, nil)
	return err
}

func (s *statements) stall(id string) error {
	err := s.memory.stall(id)
	s.run("dead.stall", 0, id)
	s.equal("stall", nil, nil)
	return err
}

func (s *statements) resume(id string) error {
	err := s.memory.resume(id)
	s.run("dead.resume", 0, id)
	s.equal("resume", nil, nil)
	return err
}

func (s *statements) deadLetters() ([]deadLetter, error) {
	list, err := s.memory.deadLetters()
	var got, ids []string
	for _, row := range s.run("dead.deadLetters", 0, "") {
		got = append(got, text(row["id"]))
	}
	for _, letter := range list {
		ids = append(ids, letter.id)
	}
	s.equal("dead letters", got, ids)
	return list, err
}

func (s *statements) forget(ids []string) error {
	err := s.memory.forget(ids)
	s.run("dead.requeue", 0, encode(orEmpty(ids)))
	s.equal("forget", nil, nil)
	return err
}

func (s *statements) cleanup() error {
	err := s.memory.cleanup()
	s.run("cleanup.cleanup", 0, 1)
	s.equal("cleanup", nil, nil)
	return err
}

// differ runs n schedules, from the first on each 20th, with the statements and the model side by side until they differ.
func differ(s *statements, seed uint64, first, n int) string {
	for i := range n {
		number := first + 20*i
		s.empty()
		schedule(seed, number, variant{}, s, false)
		if s.differ != "" {
			return fmt.Sprintf("-seed %d, schedule %d: %s", seed, number, s.differ)
		}
	}
	return ""
}

// The model that TestSchedules explores says what the statements say.
func TestStatements(t *testing.T) {
	t.Logf("-seed %d", *seed)
	if difference := differ(openStatements(t, nil), *seed, 0, 300); difference != "" {
		t.Error(difference)
	}
}

// A statement that says something else is seen.
func TestStatementsDiffer(t *testing.T) {
	for _, c := range []struct {
		name     string
		at       int
		old, new string
	}{
		{"store.claim", 0, "applied, started, tried", "claimed AS applied, started, tried"},
		{"store.starting", 0, "iif(tried IS ?2, started, 0)", "started"},
		{"store.settle", 0, "applied = j.value ->> 'applied'", "true"},
		{"store.settle", 1, "r.etag <> j.value ->> 'etag' OR ", ""},
		{"store.settle", 3, "job_keys.state = 'queued' AND ", ""},
		{"store.claim", 0, "claimed + 1", "claimed"},
		{"jobs.listPage", 1, "AND page = ?2 ", ""},
		{"jobs.listPage", 2, "AND page = ?2 ", ""},
		{"jobs.listPage", 3, "key > ?2 AND ", ""},
		{"jobs.listPage", 3, "key <= coalesce(?3, x'')", "true"},
		{"jobs.listPage", 3, "LIMIT ?4", "LIMIT 1"},
		{"jobs.listPage", 4, "AND page = ?4 ", ""},
		{"jobs.listPage", 4, "AND lister = ?5 ", ""},
		{"jobs.listPage", 4, "'listing', 'stalled'", "'listing'"},
		{"dead.stall", 0, "state = 'listing'", "true"},
		{"cleanup.cleanup", 0, "NOT EXISTS (SELECT 1 FROM results WHERE results.key = o.key)", "true"},
	} {
		t.Run(c.name+" "+c.old, func(t *testing.T) {
			s := openStatements(t, func(texts map[string][]string) {
				old := texts[c.name][c.at]
				if !strings.Contains(old, c.old) {
					t.Fatalf("there is no %q in %s", c.old, old)
				}
				texts[c.name][c.at] = strings.Replace(old, c.old, c.new, 1)
			})
			first := 9 // so that 1349 is one of them: a rare difference is seen there
			if difference := differ(s, rulesSeed, first, 1000); difference == "" {
				t.Error("no difference is seen")
			}
		})
	}
}
