package weights

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"

	"mobilenet/web/build/output"
)

// Progress is told how many bytes of a file have arrived.
type Progress func(done int64)

// Get puts the file f at path and reports whether it had to: it does nothing where path holds f already. What arrives is verified
// before it gets that name, so a failure leaves no file. Folders are made as needed; progress may be nil.
func (l *List) Get(ctx context.Context, f File, path string, progress Progress) (got bool, err error) {
	if f.Verify(path) == nil {
		return false, nil
	}
	from, err := l.open(ctx, f)
	if err != nil {
		return false, err
	}
	defer from.Close()
	return true, f.write(path, f.Source, from, progress)
}

// Read gets the content of f, verified.
func (l *List) Read(ctx context.Context, f File) ([]byte, error) {
	from, err := l.open(ctx, f)
	if err != nil {
		return nil, err
	}
	defer from.Close()
	var content bytes.Buffer
	if err := f.copyVerified(&content, from, nil); err != nil {
		return nil, fmt.Errorf("%s: %w", f.Source, err)
	}
	return content.Bytes(), nil
}

// Copy is Get from a local file instead of f's source.
func (f File) Copy(from, path string) (got bool, err error) {
	if f.Verify(path) == nil {
		return false, nil
	}
	r, err := os.Open(from)
	if err != nil {
		return false, err
	}
	defer r.Close()
	return true, f.write(path, from, r, nil)
}

// Verify tells how the file at path differs from f.
func (f File) Verify(path string) error {
	r, err := os.Open(path)
	if err != nil {
		return err
	}
	defer r.Close()
	if err := f.copyVerified(io.Discard, r, nil); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}

// write puts at path what r, called from, gives, once that has proved to be f.
func (f File) write(path, from string, r io.Reader, progress Progress) error {
	return output.Replace(path, func(w *os.File) error {
		if err := f.copyVerified(w, r, progress); err != nil {
			return fmt.Errorf("%s: %w", from, err)
		}
		return nil
	})
}

// copyVerified copies r to w and tells how its bytes differ from f. It reads at most one byte more than f has.
func (f File) copyVerified(w io.Writer, r io.Reader, progress Progress) error {
	sum := sha256.New()
	count := &counter{progress: progress}
	n, err := io.Copy(io.MultiWriter(w, sum, count), io.LimitReader(r, f.Size+1))
	switch got := hex.EncodeToString(sum.Sum(nil)); {
	case n < f.Size && (err == nil || errors.Is(err, io.ErrUnexpectedEOF)):
		if count.html() {
			return errHTML
		}
		return fmt.Errorf("cut off after %d of %d bytes", n, f.Size)
	case err != nil:
		return err
	case count.html():
		return errHTML
	case n > f.Size:
		return fmt.Errorf("larger than the %d bytes that it should have", f.Size)
	case got != f.SHA256:
		return fmt.Errorf("altered: its SHA-256 is %s and should be %s", got, f.SHA256)
	}
	return nil
}

var errHTML = errors.New("this is an HTML page, not the file: the address is wrong, or something on the way answered instead")

// A counter reports progress and keeps the first bytes, to tell what a wrong answer is.
type counter struct {
	progress Progress
	n        int64
	head     []byte
}

func (c *counter) Write(p []byte) (int, error) {
	if room := 64 - len(c.head); room > 0 {
		c.head = append(c.head, p[:min(room, len(p))]...)
	}
	c.n += int64(len(p))
	if c.progress != nil {
		c.progress(c.n)
	}
	return len(p), nil
}

func (c *counter) html() bool {
	head := bytes.ToLower(bytes.TrimSpace(c.head))
	return bytes.HasPrefix(head, []byte("<!doctype")) || bytes.HasPrefix(head, []byte("<html"))
}

func (l *List) open(ctx context.Context, f File) (io.ReadCloser, error) {
	if strings.HasPrefix(f.Source, "https://") || strings.HasPrefix(f.Source, "http://") {
		return download(ctx, f)
	}
	return l.openModule(ctx, f.Source)
}

// idleTimeout is how long a server may send nothing. A download as a whole may take as long as it needs.
var idleTimeout = 30 * time.Second

// download asks for f and checks what can be checked before its bytes arrive.
func download(ctx context.Context, f File) (io.ReadCloser, error) {
	silent := fmt.Errorf("%s: no answer for %v", f.Source, idleTimeout)
	ctx, cancel := context.WithCancelCause(ctx)
	body := &idleTimeoutBody{cancel: cancel, timer: time.AfterFunc(idleTimeout, func() { cancel(silent) })}
	fail := func(err error) (io.ReadCloser, error) {
		body.Close()
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, f.Source, nil)
	if err != nil {
		return fail(err)
	}
	req.Header.Set("Accept-Encoding", "identity") // so that Content-Length counts the file's bytes
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		if cause := context.Cause(ctx); cause != nil {
			err = cause
		}
		return fail(err)
	}
	body.ReadCloser, body.ctx = resp.Body, ctx
	switch {
	case resp.StatusCode != http.StatusOK:
		return fail(fmt.Errorf("%s: the server answered %s", f.Source, resp.Status))
	case strings.HasPrefix(resp.Header.Get("Content-Type"), "text/html"):
		return fail(fmt.Errorf("%s: %w", f.Source, errHTML))
	case resp.ContentLength >= 0 && resp.ContentLength != f.Size:
		return fail(fmt.Errorf("%s: the server has %d bytes where %d are expected", f.Source, resp.ContentLength, f.Size))
	}
	return body, nil
}

// An idleTimeoutBody gives up on a body that stops arriving.
type idleTimeoutBody struct {
	io.ReadCloser
	ctx    context.Context
	cancel context.CancelCauseFunc
	timer  *time.Timer
}

func (b *idleTimeoutBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.timer.Reset(idleTimeout)
	if err != nil && err != io.EOF {
		if cause := context.Cause(b.ctx); cause != nil {
			err = cause
		}
	}
	return n, err
}

func (b *idleTimeoutBody) Close() error {
	b.timer.Stop()
	b.cancel(nil)
	if b.ReadCloser == nil {
		return nil
	}
	return b.ReadCloser.Close()
}
