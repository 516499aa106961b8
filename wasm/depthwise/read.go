package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"golang.org/x/sync/semaphore"

	"mobilenet/core/picture"
	_ "mobilenet/core/picture/avif" // what sites send
	_ "mobilenet/core/picture/heic" // what iPhones write
	"mobilenet/core/pixels"
)

// limits are what one picture may take: more than any camera makes. Where several are decoded at the same time, memoryForAll bounds what they
// take together, so that many cores need no more memory than one, and large pictures wait for each other.
var limits = picture.Limits{Bytes: 256 << 20, Pixels: pixels.MaxPixels, Memory: 1 << 30}

const memoryForAll = 1<<30 + 256<<20

// A reader reads picture files within limits.
type reader struct {
	all    int64 // bytes that the pictures may take together
	memory *semaphore.Weighted
}

func newReader(all int64) *reader { return &reader{all, semaphore.NewWeighted(all)} }

// A photo is a picture that was read.
type photo struct {
	pixels.Image
	header  *picture.Header
	release func() // gives its memory back
}

// read reads and decodes the picture of an item.
func (r *reader) read(ctx context.Context, i item) (p photo, err error) {
	if i.err != nil {
		return p, i.err
	}
	if i.stdin {
		file, err := standardInput(ctx)
		if err != nil {
			return p, err
		}
		header, err := picture.Read(file)
		if err != nil {
			return p, err
		}
		need := min(int64(len(file))+header.Memory(), r.all)
		if err := r.memory.Acquire(ctx, need); err != nil {
			return p, err
		}
		return r.decode(file, header, need)
	}
	info, err := os.Stat(i.path) // before it is opened, for to open a pipe is to wait for its other end
	switch {
	case err != nil:
		return p, err
	case !info.Mode().IsRegular():
		return p, errors.New("this is no file with a picture in it")
	case info.Size() > int64(limits.Bytes):
		return p, fmt.Errorf("%w: a file of %d MB, where %d are allowed", picture.ErrTooLarge, info.Size()>>20, limits.Bytes>>20)
	}
	f, err := os.Open(i.path)
	if err != nil {
		return p, err
	}
	defer f.Close()
	// How much memory decoding takes, the file has to tell. Nobody waits for more while he holds some, or all would wait for each other: where
	// there is not enough at once, the file is let go and read again.
	need := min(info.Size(), r.all)
	for {
		if err := r.memory.Acquire(ctx, need); err != nil {
			return p, err
		}
		file, header, err := load(f)
		if err != nil {
			r.memory.Release(need)
			return p, err
		}
		all := min(int64(len(file))+header.Memory(), r.all)
		if all <= need || r.memory.TryAcquire(all-need) {
			return r.decode(file, header, max(all, need))
		}
		r.memory.Release(need)
		need = all
	}
}

// load reads a file and its header.
func load(f *os.File) ([]byte, *picture.Header, error) {
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return nil, nil, err
	}
	file, err := bounded(f)
	if err != nil {
		return nil, nil, err
	}
	header, err := picture.Read(file)
	return file, header, err
}

// decode decodes a file for which memory is held, and gives it back unless there is a picture.
func (r *reader) decode(file []byte, header *picture.Header, held int64) (photo, error) {
	src, err := header.Decode(file, limits)
	if err != nil {
		r.memory.Release(held)
		return photo{}, err
	}
	return photo{src, header, func() { r.memory.Release(held) }}, nil
}

// bounded reads all of f, or no more than a picture may have.
func bounded(f *os.File) ([]byte, error) {
	size := int64(0)
	if info, err := f.Stat(); err == nil && info.Mode().IsRegular() {
		size = min(info.Size(), int64(limits.Bytes))
	}
	file := make([]byte, 0, size+1)
	for {
		n, err := f.Read(file[len(file):cap(file)])
		file = file[:len(file)+n]
		switch {
		case err == io.EOF:
			return file, nil
		case err != nil:
			return nil, err
		case len(file) > limits.Bytes:
			return nil, fmt.Errorf("%w: more than the %d MB that are allowed", picture.ErrTooLarge, limits.Bytes>>20)
		case len(file) == cap(file):
			file = append(file, 0)[:len(file)]
		}
	}
}

// standardInput is bounded of it, for which nobody waits once ctx is done.
func standardInput(ctx context.Context) ([]byte, error) {
	type content struct {
		file []byte
		err  error
	}
	done := make(chan content, 1)
	go func() {
		file, err := bounded(os.Stdin)
		done <- content{file, err}
	}()
	select {
	case c := <-done:
		return c.file, c.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
