package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"unicode"

	"github.com/spf13/cobra"

	"mobilenet/core/classify"
)

// Folders that hold what no class has. A class of such a name would share it.
const (
	folderNone   = "none of these"
	folderUnsure = "unsure"
)

func newSort() *cobra.Command {
	var f lookFlags
	var s sorter
	var least float64
	c := newCommand("sort [flags] --into FOLDER FILE|FOLDER ...", textSort, cobra.ArbitraryArgs, func(c *cobra.Command, args []string) error {
		o, err := f.options(args)
		if err != nil {
			return err
		}
		switch {
		case s.into == "":
			return usage("sort needs --into FOLDER")
		case s.copies && s.links:
			return usage("--copy and --link exclude each other")
		case !(least >= 0 && least <= 1):
			return usage("--min %v: a probability between 0 and 1 is needed", least)
		}
		if err := apart(s.into, args); err != nil {
			return err
		}
		n, err := f.open(c.Context(), c.ErrOrStderr())
		if err != nil {
			return err
		}
		defer n.Close()
		if n.model.Answers() == 0 {
			return withName(n.name, classify.ErrNoClassifier)
		}
		o.TopK = 1
		s.stdout = c.OutOrStdout()
		r := run[string]{flags: &f, stderr: c.ErrOrStderr(), batch: batch[string]{network: n, options: o}, each: s.put}
		r.batch.make = func(_ item, _ *photo, seen *classify.Classification) (string, error) {
			switch best := seen.Predictions[0]; {
			case seen.None:
				return folderNone, nil
			case best.Probability < least:
				return folderUnsure, nil
			default:
				return folderName(best.Label), nil
			}
		}
		err = r.do(c.Context())
		if err == nil || errors.Is(err, errSaid) {
			s.sum(c.ErrOrStderr())
		}
		return err
	})
	f.add(c)
	c.Flags().StringVar(&s.into, "into", "", flagText["into"])
	c.Flags().BoolVar(&s.copies, "copy", false, flagText["copy"])
	c.Flags().BoolVar(&s.links, "link", false, flagText["link"])
	c.Flags().Float64Var(&least, "min", 0, flagText["sort-min"])
	return c
}

// apart refuses to sort a folder into itself: what is put there would be found again.
func apart(into string, from []string) error {
	target, err := realPath(into)
	if err != nil {
		return err
	}
	for _, name := range from {
		source, err := realPath(name)
		if err != nil {
			continue // it will be said when it is its turn
		}
		if rel, err := filepath.Rel(source, target); err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator)) {
			return usage("--into %s lies within %s, which is to be sorted; choose a folder beside it", into, name)
		}
	}
	return nil
}

// realPath is a path without links, as far as it is there.
func realPath(path string) (string, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	real, err := filepath.EvalSymlinks(path)
	if errors.Is(err, fs.ErrNotExist) && filepath.Dir(path) != path {
		if real, err = realPath(filepath.Dir(path)); err == nil {
			real = filepath.Join(real, filepath.Base(path))
		}
	}
	return real, err
}

// folderName makes of a label the name of a folder that every system takes.
func folderName(label string) string {
	name := strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) || r == unicode.ReplacementChar || strings.ContainsRune(`/\:*?"<>|`, r) {
			return '_'
		}
		return r
	}, label)
	if runes := []rune(name); len(runes) > 60 { // 240 bytes at most
		name = string(runes[:60])
	}
	name = strings.Trim(name, " ")
	if strings.HasPrefix(name, ".") || name == "" {
		name = "_" + name
	}
	return strings.TrimRight(name, ". ")
}

// A sorter puts pictures into a folder a class.
type sorter struct {
	into          string
	copies, links bool // neither: it says what it would do
	stdout        io.Writer
	done, already int
}

// put puts one picture into the folder of its class.
func (s *sorter) put(i item, class string) error {
	if i.stdin {
		return errors.New("a picture from standard input has no name to be sorted by")
	}
	folder := filepath.Join(s.into, class)
	target, there, err := s.target(i.path, folder)
	switch {
	case err != nil:
		return err
	case there:
		s.already++
		return nil
	}
	s.done++
	if _, err := fmt.Fprintf(s.stdout, "%s -> %s\n", printable(i.path), printable(target)); err != nil || !s.copies && !s.links {
		return err
	}
	if err := os.MkdirAll(folder, 0o777); err != nil {
		return err
	}
	if s.links {
		if err := os.Link(i.path, target); err != nil {
			return fmt.Errorf("%s cannot be linked to %s: %w; --copy copies it", i.path, target, linkCause(err))
		}
		return nil
	}
	if err := copyFile(i.path, target); err != nil {
		return fmt.Errorf("%s cannot be copied to %s: %w", i.path, target, cause(err))
	}
	return nil
}

func linkCause(err error) error {
	var in *os.LinkError
	if errors.As(err, &in) {
		return in.Err
	}
	return err
}

// target is the path that a picture gets in a folder: its own name or, where another has that, one with a number. It reports whether the picture is
// there already.
func (s *sorter) target(path, folder string) (target string, there bool, err error) {
	base := filepath.Base(path)
	ending := filepath.Ext(base)
	for n := 1; ; n++ {
		name := base
		if n > 1 {
			name = fmt.Sprintf("%s (%d)%s", strings.TrimSuffix(base, ending), n, ending)
		}
		target = filepath.Join(folder, name)
		if _, err := os.Lstat(target); errors.Is(err, fs.ErrNotExist) {
			return target, false, nil
		} else if err != nil {
			return "", false, err
		}
		if same, err := sameContent(path, target); err != nil || same {
			return target, same, err
		}
	}
}

// sameContent compares two files.
func sameContent(a, b string) (bool, error) {
	left, err := os.Open(a)
	if err != nil {
		return false, err
	}
	defer left.Close()
	info, err := os.Stat(b)
	if err != nil || !info.Mode().IsRegular() {
		return false, nil // something else has the name
	}
	right, err := os.Open(b)
	if err != nil {
		return false, err
	}
	defer right.Close()
	mine, err := left.Stat()
	if err != nil || mine.Size() != info.Size() {
		return false, err
	}
	var one, two [1 << 15]byte
	for {
		n, err := io.ReadFull(left, one[:])
		m, _ := io.ReadFull(right, two[:])
		if n != m || !bytes.Equal(one[:n], two[:m]) {
			return false, nil
		}
		if err != nil {
			return err == io.EOF || err == io.ErrUnexpectedEOF, nil
		}
	}
}

// copyFile copies a file, with its time, to a name that nothing has, whole or not at all.
func copyFile(from, to string) (err error) {
	source, err := os.Open(from)
	if err != nil {
		return err
	}
	defer source.Close()
	info, err := source.Stat()
	if err != nil {
		return err
	}
	tmp, err := os.CreateTemp(filepath.Dir(to), ".depthwise-*")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name())
	_, err = io.Copy(tmp, source)
	if err = errors.Join(err, tmp.Chmod(info.Mode().Perm()), tmp.Close()); err != nil {
		return err
	}
	if err := os.Chtimes(tmp.Name(), info.ModTime(), info.ModTime()); err != nil {
		return err
	}
	return place(tmp.Name(), to)
}

// sum says what was done, or would be.
func (s *sorter) sum(w io.Writer) {
	switch {
	case s.copies:
		fmt.Fprintf(w, "%s copied", pictures(s.done))
	case s.links:
		fmt.Fprintf(w, "%s linked", pictures(s.done))
	default:
		fmt.Fprintf(w, "nothing was done: --copy or --link puts %s there", pictures(s.done))
	}
	if s.already > 0 {
		fmt.Fprintf(w, "; %s were there already", pictures(s.already))
	}
	fmt.Fprintln(w)
}
