package main

import (
	"bytes"
	"encoding/base64"
	"encoding/csv"
	"encoding/json"
	"unicode/utf8"
)

// A prediction as programs get it, in the API's words.
type prediction struct {
	Index       int     `json:"index"` // in the model's output, background included
	Label       string  `json:"label"`
	Probability float64 `json:"probability"`
}

// A named is how every line of JSON begins: what it is about.
type named struct {
	File string `json:"file"`
	// FileBytes are the bytes of a file name that is no UTF-8, in base64: JSON cannot hold them.
	FileBytes string `json:"fileBytes,omitempty"`
	Model     string `json:"model"`
}

func nameOf(file, model string) named {
	n := named{File: file, Model: model}
	if !utf8.ValidString(file) {
		n.FileBytes = base64.StdEncoding.EncodeToString([]byte(file))
	}
	return n
}

// name is the file's name again.
func (n *named) name() (string, error) {
	if n.FileBytes == "" {
		return n.File, nil
	}
	b, err := base64.StdEncoding.DecodeString(n.FileBytes)
	return string(b), err
}

// jsonLine is v in JSON, on a line.
func jsonLine(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false) // it is no page
	err := e.Encode(v)
	return b.Bytes(), err
}

// csvLine is a record of RFC 4180. File names stand in it byte for byte, line breaks within quotes.
func csvLine(fields []string) ([]byte, error) {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	err := w.Write(fields)
	w.Flush()
	return b.Bytes(), err
}

// A csvScanner finds the records in what csvLine wrote, piece by piece. Package encoding/csv will not do: it alters carriage returns within
// fields, and does not tell a record that is cut off from one that is whole.
type csvScanner struct {
	fields [][]byte // the first two of the record
	field  int
	quoted bool // between quotes
	ended  bool // a quote has just ended a quoted part, or is the first of two
	fresh  bool // the record has had a byte
}

// add takes one byte and reports whether it ends a record, whose first fields are in s.fields until the next byte.
func (s *csvScanner) add(b byte) (whole bool) {
	if !s.fresh {
		s.fields, s.field, s.fresh = append(s.fields[:0], nil, nil), 0, true
	}
	keep := func() {
		if s.field < len(s.fields) {
			s.fields[s.field] = append(s.fields[s.field], b)
		}
	}
	switch {
	case s.quoted && b == '"':
		s.quoted, s.ended = false, true
		return false
	case s.quoted:
		keep()
		return false
	case b == '"':
		if s.ended { // two of them are one
			keep()
		}
		s.quoted = true
	case b == ',':
		s.field++
	case b == '\n':
		s.fresh = false
		whole = true
	default:
		keep()
	}
	s.ended = false
	return whole
}
