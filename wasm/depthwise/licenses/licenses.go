// Package licenses has the licences of all that the command is linked from, for whoever passes the program on.
package licenses

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"io"
)

//go:generate go run ./generate

// packed is compressed, for the texts are an eighth of their size then.
//
//go:embed licenses.txt.gz
var packed []byte

// Text is a list of modules, each with its licence.
func Text() (string, error) {
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return "", err
	}
	text, err := io.ReadAll(r)
	return string(text), err
}
