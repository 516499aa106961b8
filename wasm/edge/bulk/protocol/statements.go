// Package protocol explores, at random, the orders in which the steps of the protocol of wasm/edge/bulk may follow each other: objects that
// are put, overwritten and deleted; notifications that come twice, late, in disorder and forged; messages that are tried again until they
// are dead letters, and requeued; consumers that die at any of their calls to R2, D1 and the queue, or of a picture, up to three at a time;
// calls that are refused, and calls that are done but whose answer is lost; jobs that are cancelled and requeued. Each schedule ends with
// everything delivered and no more faults, and then the tables must be right.
//
// What it shows: the protocol comes to the right end in tens of thousands of schedules over up to four objects, run against a model of the
// statements in Go. Each rule is left out once, and the explorer must find it out: it so found seven faults that the TypeScript had. Some
// hundred schedules are run against the very statements, too, read out of the TypeScript by Statements and run by SQLite, with the model
// beside them: after every transaction both must say the same.
//
// What it does not show: the consumer itself is a port of consumer.ts, jobs.ts and dead.ts to Go, kept in step by who changes them;
// tests/edge/bulk.test.mjs runs the TypeScript, in orders that come about there. A transaction is one step, which is D1's promise; R2 is
// strongly consistent, and the queue loses nothing, which are Cloudflare's. Time does not exist: nothing expires, and a row of objects is
// cleared away only while nobody works. Random schedules are no proof. An object on which the program is started five times without coming
// to an end is given up whatever the reason was; the schedules allow that.
package protocol

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

var (
	comment     = regexp.MustCompile(`(?s:/\*.*?\*/)|(?m:(^|\s)//.*$)`)
	declaration = regexp.MustCompile(`(?m)^(?:export )?(?:async )?(?:function|const) (\w+)`)
	literal     = regexp.MustCompile("`[^`]*`|'[^'\n]*'")
	named       = regexp.MustCompile("const (\\w+)(?:: \\w+)? = (`[^`]*`|'[^'\n]*'|\\d+)")
	inserted    = regexp.MustCompile(`\$\{(\w+)\}`)
	statement   = regexp.MustCompile(`^(SELECT|INSERT|UPDATE|DELETE) `)
)

// Statements reads the SQL statements out of TypeScript files in folder. The key is the file's name without .ts, a dot and the function or
// constant that a statement stands in; the value has them in their order, with what ${name} inserts.
func Statements(folder string, files ...string) (map[string][]string, error) {
	sources := map[string]string{}
	constants := map[string]string{}
	for _, file := range files {
		text, err := os.ReadFile(filepath.Join(folder, file+".ts"))
		if err != nil {
			return nil, fmt.Errorf("reading statements: %w", err)
		}
		sources[file] = comment.ReplaceAllString(string(text), "")
		for _, m := range named.FindAllStringSubmatch(sources[file], -1) {
			if before, ok := constants[m[1]]; ok && before != unquote(m[2]) {
				return nil, fmt.Errorf("two constants %s: %q, %q in %s.ts", m[1], before, unquote(m[2]), file)
			}
			constants[m[1]] = unquote(m[2])
		}
	}
	found := map[string][]string{}
	for file, source := range sources {
		starts := declaration.FindAllStringSubmatchIndex(source, -1)
		for i, start := range starts {
			end := len(source)
			if i+1 < len(starts) {
				end = starts[i+1][0]
			}
			name := file + "." + source[start[2]:start[3]]
			for _, quoted := range literal.FindAllString(source[start[0]:end], -1) {
				text := unquote(quoted)
				if !statement.MatchString(text) {
					continue
				}
				for range 3 { // what is inserted may insert
					text = inserted.ReplaceAllStringFunc(text, func(name string) string {
						if value, ok := constants[name[2:len(name)-1]]; ok {
							return value
						}
						return name
					})
				}
				found[name] = append(found[name], text)
			}
		}
	}
	return found, nil
}

func unquote(text string) string {
	if strings.HasPrefix(text, "`") || strings.HasPrefix(text, "'") {
		return text[1 : len(text)-1]
	}
	return text
}
