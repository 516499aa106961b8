package main

import (
	"bufio"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// A form is how results are written.
type form string

const (
	formTable form = "table" // for people: on a terminal; tab-separated elsewhere
	formCSV   form = "csv"
	formJSON  form = "json" // an object a line
)

// chooseForm finds the form by the flags or by the name of the output file.
func chooseForm(asCSV, asJSON bool, output string) (form, error) {
	ending := strings.ToLower(filepath.Ext(output))
	switch {
	case asCSV && asJSON:
		return "", usage("--csv and --json exclude each other")
	case asCSV:
		return formCSV, nil
	case asJSON:
		return formJSON, nil
	case output == "":
		return formTable, nil
	case ending == ".csv":
		return formCSV, nil
	case ending == ".json" || ending == ".jsonl" || ending == ".ndjson":
		return formJSON, nil
	}
	return "", usage("--output %s: say --csv or --json, or give the file such a name", output)
}

// An output takes lines, each written as a whole: standard output, or a file that goes on where it stopped.
type output struct {
	file  *os.File
	path  string            // empty: standard output
	whole int64             // the bytes of its whole lines, where it is a regular file; else -1
	lines int               // that this run wrote
	seen  map[[16]byte]bool // names that it has a line about; nil: not kept
	head  []string          // the header of a CSV
	model string            // whose answers it has
}

// openOutput opens the file at path, or standard output. What was cut off while a line was being written is removed. A file with something else in
// it is an error.
func openOutput(path string, f form, head []string, model string) (*output, error) {
	o := &output{file: os.Stdout, whole: -1, head: head, model: model}
	if path != "" {
		file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o666)
		if err != nil {
			return nil, err
		}
		o.file, o.path, o.seen = file, path, map[[16]byte]bool{}
		info, err := file.Stat()
		if err == nil && info.Mode().IsRegular() {
			if err = lock(file); err != nil {
				err = withName(path, err)
			} else {
				err = o.resume(f)
			}
		}
		if err != nil {
			file.Close()
			return nil, err
		}
	}
	if f == formCSV && o.whole <= 0 {
		line, err := csvLine(head)
		if err == nil {
			err = o.write(line)
		}
		if err != nil {
			o.Close()
			return nil, err
		}
		o.lines = 0
	}
	return o, nil
}

// resume reads what an earlier run wrote.
func (o *output) resume(f form) error {
	o.whole = 0
	err := o.readJSON
	if f == formCSV {
		err = o.readCSV
	}
	if err := err(bufio.NewReaderSize(o.file, 1<<16)); err != nil {
		return fmt.Errorf("%s: %w; give another --output, or remove the file", o.path, err)
	}
	if err := o.file.Truncate(o.whole); err != nil {
		return fmt.Errorf("%s: the line that was cut off cannot be removed: %w", o.path, err)
	}
	_, err2 := o.file.Seek(o.whole, io.SeekStart)
	return err2
}

// maxLine bounds a line of an output file that is read again: an embedding of Teachable Machine's largest network has 350 kB.
const maxLine = 16 << 20

func (o *output) readJSON(r *bufio.Reader) error {
	for n := 1; ; n++ {
		var line []byte
		for {
			part, err := r.ReadSlice('\n')
			line = append(line, part...)
			if err == nil {
				break
			}
			if err == io.EOF {
				return nil
			}
			if err != bufio.ErrBufferFull {
				return err
			}
			if len(line) > maxLine {
				return fmt.Errorf("line %d has more than %d MB: this program did not write it", n, maxLine>>20)
			}
		}
		var about named
		if err := json.Unmarshal(line, &about); err != nil || about.File == "" {
			return fmt.Errorf("line %d is none that this program writes as JSON", n)
		}
		name, err := about.name()
		if err != nil {
			return fmt.Errorf("line %d: %w", n, err)
		}
		if err := o.remember(name, about.Model); err != nil {
			return err
		}
		o.whole += int64(len(line))
	}
}

func (o *output) readCSV(r *bufio.Reader) error {
	head, err := csvLine(o.head)
	if err != nil {
		return err
	}
	first, err := r.Peek(len(head))
	if string(first) != string(head) {
		if err == io.EOF && strings.HasPrefix(string(head), string(first)) {
			return nil // nothing, or the header cut off
		}
		return fmt.Errorf("its first line is not %q, the columns that are asked for", strings.TrimSuffix(string(head), "\n"))
	}
	if _, err := r.Discard(len(head)); err != nil {
		return err
	}
	o.whole = int64(len(head))
	var s csvScanner
	for at := o.whole; ; {
		b, err := r.ReadByte()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		at++
		if at-o.whole > maxLine {
			return fmt.Errorf("a record has more than %d MB: this program did not write it", maxLine>>20)
		}
		if s.add(b) {
			if err := o.remember(string(s.fields[0]), string(s.fields[1])); err != nil {
				return err
			}
			o.whole = at
		}
	}
}

// remember keeps the name of a picture that a line is about.
func (o *output) remember(name, model string) error {
	if model != o.model {
		return fmt.Errorf("it has the answers of another model, %s, and not of %s", model, o.model)
	}
	o.seen[key(name)] = true
	return nil
}

// first reports whether a name is asked for the first time: no line is about it. Where lines go to no file it always is.
func (o *output) first(name string) bool {
	if o.seen == nil {
		return true
	}
	k := key(name)
	if o.seen[k] {
		return false
	}
	o.seen[k] = true
	return true
}

// key stands for a name: millions of them are to fit.
func key(name string) [16]byte {
	sum := sha256.Sum256([]byte(name))
	return [16]byte(sum[:16])
}

// write writes a line, or none of it where there is a file and no room in it.
func (o *output) write(line []byte) error {
	n, err := o.file.Write(line)
	if err == nil {
		o.lines++
		if o.whole >= 0 {
			o.whole += int64(n)
		}
		return nil
	}
	if o.path == "" {
		return fmt.Errorf("standard output: %w", cause(err))
	}
	if o.whole >= 0 && o.file.Truncate(o.whole) == nil {
		return fmt.Errorf("%s: %w; its lines are whole, and the same command goes on from there", o.path, cause(err))
	}
	return fmt.Errorf("%s: %w", o.path, cause(err))
}

// Close closes the file; standard output stays open.
func (o *output) Close() error {
	if o.path == "" {
		return nil
	}
	return o.file.Close()
}
