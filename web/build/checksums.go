package main

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"

	"mobilenet/web/build/output"
)

// checksumsFile lists all files of the site but itself, as "sha256sum -c" reads it.
const checksumsFile = "checksums.txt"

// writeChecksums writes checksumsFile into out, where the files are already.
func (s *site) writeChecksums(out string) error {
	var b strings.Builder
	for _, name := range s.names() {
		for _, suffix := range []string{"", ".br", ".gz"} {
			sum, err := sha256Of(filepath.Join(out, filepath.FromSlash(name+suffix)))
			if suffix != "" && errors.Is(err, fs.ErrNotExist) {
				continue // not every file is compressed
			}
			if err != nil {
				return err
			}
			fmt.Fprintf(&b, "%s  %s\n", sum, name+suffix)
		}
	}
	return output.WriteFile(filepath.Join(out, checksumsFile), []byte(b.String()))
}
