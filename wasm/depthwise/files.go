package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"mobilenet/core/picture"
)

// An item is a picture to be looked at, or a file or folder that cannot be.
type item struct {
	path  string
	stdin bool // it comes from standard input
	err   error
}

// name is what the item is called in output.
func (i item) name() string {
	if i.stdin {
		return "-"
	}
	return i.path
}

// A selection is what a person asked for on the command line.
type selection struct {
	args []string
	from string // a file that lists more, or "-"
	null bool   // names in it end with a zero byte, not with a line
}

func (s *selection) check() error {
	switch {
	case len(s.args) == 0 && s.from == "":
		return usage("no pictures: name files or folders, or - for a picture from standard input")
	case s.from == "-" && slices.Contains(s.args, "-"):
		return usage("standard input cannot be both a picture and the list of --files-from")
	case s.null && s.from == "":
		return usage("--null goes with --files-from")
	}
	return nil
}

// countable reports whether the items can be listed twice: once to say how many there are.
func (s *selection) countable() bool { return s.from == "" }

// single reports whether one picture is asked for, and no folder.
func (s *selection) single() bool {
	if len(s.args) != 1 || s.from != "" {
		return false
	}
	info, err := os.Stat(s.args[0])
	return s.args[0] == "-" || err != nil || !info.IsDir()
}

// items lists the pictures: the arguments in their order, then those that the list names, and those of a folder by name, with all folders in it.
// Nothing but the folder that is being read is held in memory.
func (s *selection) items(ctx context.Context) iter.Seq[item] {
	return func(yield func(item) bool) {
		for _, arg := range s.args {
			if arg == "-" {
				if !yield(item{stdin: true}) {
					return
				}
			} else if !argument(ctx, arg, yield) {
				return
			}
		}
		if s.from != "" {
			s.listed(ctx, yield)
		}
	}
}

// argument yields the picture or the pictures that a name on the command line stands for.
func argument(ctx context.Context, arg string, yield func(item) bool) bool {
	arg = filepath.Clean(arg)
	info, err := os.Stat(arg)
	switch {
	case err != nil:
		return yield(item{path: arg, err: err})
	case info.IsDir():
		return folder(ctx, arg, yield)
	}
	return yield(item{path: arg})
}

// folder yields the pictures in a folder. Names that begin with a dot are hidden from it, and links to folders are not followed.
func folder(ctx context.Context, path string, yield func(item) bool) bool {
	entries, err := os.ReadDir(path)
	if err != nil && !yield(item{path: path, err: err}) {
		return false
	}
	for _, e := range entries {
		if ctx.Err() != nil {
			return false
		}
		name := filepath.Join(path, e.Name())
		switch {
		case strings.HasPrefix(e.Name(), "."):
		case e.IsDir():
			if !folder(ctx, name, yield) {
				return false
			}
		case isPicture(name, e):
			if !yield(item{path: name}) {
				return false
			}
		}
	}
	return true
}

// extensions are those of pictures. Formats that are not read are among them: a person who has them wants to be told.
var extensions = []string{".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".gif", ".webp", ".bmp", ".dib", ".tif", ".tiff",
	".heic", ".heif", ".avif", ".jxl", ".jp2"}

// isPicture reports whether a file in a folder is to be tried: by its name or, where that says nothing, by its first bytes.
func isPicture(path string, e fs.DirEntry) bool {
	if !e.Type().IsRegular() {
		info, err := os.Stat(path)
		if e.Type()&fs.ModeSymlink == 0 || err != nil || !info.Mode().IsRegular() {
			return false
		}
	}
	if slices.Contains(extensions, strings.ToLower(filepath.Ext(path))) {
		return true
	}
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	head := make([]byte, 64)
	n, _ := io.ReadFull(f, head) // what is shorter is no picture
	return picture.Sniff(head[:n]) != ""
}

// listed yields what a list of names stands for.
func (s *selection) listed(ctx context.Context, yield func(item) bool) {
	from := os.Stdin
	if s.from != "-" {
		f, err := os.Open(s.from)
		if err != nil {
			yield(item{path: s.from, err: err})
			return
		}
		defer f.Close()
		from = f
	}
	end := byte('\n')
	if s.null {
		end = 0
	}
	names := bufio.NewScanner(from) // which refuses names of more than 64 KiB
	names.Split(func(data []byte, atEOF bool) (int, []byte, error) {
		if i := bytes.IndexByte(data, end); i >= 0 {
			return i + 1, data[:i], nil
		}
		if atEOF && len(data) > 0 {
			return len(data), data, nil
		}
		return 0, nil, nil
	})
	for names.Scan() {
		if name := names.Text(); name != "" && !argument(ctx, name, yield) {
			return
		}
	}
	if err := names.Err(); err != nil {
		yield(item{path: s.from, err: fmt.Errorf("the list of files cannot be read on: %w", err)})
	}
}

// cause is an error without the file name that package os puts before it, for that is printed beside it.
func cause(err error) error {
	var in *fs.PathError
	if errors.As(err, &in) {
		return in.Err
	}
	return err
}
