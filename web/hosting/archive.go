package hosting

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"path"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/andybalholm/brotli"

	"mobilenet/web/headers"
)

// An Archive serves a built page that Pack made a ZIP file of: what a program has inside it. Files that the build compresses are there by brotli
// alone; who wants another form gets one that is made when it is first asked for.
type Archive struct{ files map[string]*archived }

// archived is a file in the archive.
type archived struct {
	stored []byte // as it lies in the archive
	brotli bool   // stored is compressed

	forms [3]form // by number: identity, gzip, br
}

const (
	identity = iota
	gzipped
	brotlied
)

// A form is a file in one coding, made once.
type form struct {
	once sync.Once
	data []byte
	tag  string
	err  error
}

// OpenArchive reads an archive that Pack made. It keeps data, and copies none of it.
func OpenArchive(data []byte) (*Archive, error) {
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, err
	}
	a := &Archive{files: map[string]*archived{}}
	for _, f := range z.File {
		at, err := f.DataOffset()
		if err != nil {
			return nil, err
		}
		if f.Method != zip.Store || f.CompressedSize64 > uint64(len(data))-uint64(at) {
			return nil, fmt.Errorf("%s is not stored as Pack stores files", f.Name)
		}
		name, compressed := strings.CutSuffix(f.Name, ".br")
		a.files[name] = &archived{stored: data[at : at+int64(f.CompressedSize64)], brotli: compressed}
	}
	if a.files["index.html"] == nil {
		return nil, errors.New("the archive holds no index.html")
	}
	return a, nil
}

// Pack writes an archive of a built page: its files, compressed where the build left a compressed copy. The same page gives the same bytes.
func Pack(w io.Writer, page fs.FS) error {
	index, err := fs.ReadFile(page, "index.html")
	if err != nil {
		return err
	}
	z := zip.NewWriter(w)
	err = fs.WalkDir(page, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() || !packs(name) || preview(name) && !bytes.Contains(index, []byte("/"+name)) {
			return err
		}
		if _, err := fs.Stat(page, name+".br"); err == nil {
			name += ".br"
		}
		data, err := fs.ReadFile(page, name)
		if err != nil {
			return err
		}
		f, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store})
		if err == nil {
			_, err = f.Write(data)
		}
		return err
	})
	return errors.Join(err, z.Close())
}

// packs leaves out the compressed copies, which take their originals' place, what no visitor gets, and what is true of the whole folder alone.
func packs(name string) bool {
	switch path.Ext(name) {
	case ".br", ".gz", ".tgz":
		return false
	}
	return !hidden(name) && name != "checksums.txt"
}

// preview reports whether a file is the page's picture, which other sites show beside a link to it, if the page gives its whole address.
func preview(name string) bool { return strings.HasPrefix(name, "app/preview-") }

// File is the content of a file, nil if there is none of that name.
func (a *Archive) File(name string) ([]byte, error) {
	p := a.files[name]
	if p == nil {
		return nil, nil
	}
	data, _, err := p.form(identity)
	return data, err
}

// form gives the file in a coding, and its entity tag.
func (p *archived) form(coding int) ([]byte, string, error) {
	f := &p.forms[coding]
	f.once.Do(func() {
		if f.data, f.err = p.make(coding); f.err == nil {
			sum := sha256.Sum256(f.data)
			f.tag = `"` + hex.EncodeToString(sum[:16]) + `"`
		}
	})
	return f.data, f.tag, f.err
}

func (p *archived) make(coding int) ([]byte, error) {
	if p.brotli == (coding == brotlied) && coding != gzipped {
		return p.stored, nil
	}
	switch coding {
	case identity:
		return io.ReadAll(brotli.NewReader(bytes.NewReader(p.stored)))
	case gzipped:
		plain, _, err := p.form(identity)
		if err != nil {
			return nil, err
		}
		var b bytes.Buffer
		w := gzip.NewWriter(&b)
		w.Write(plain) // a buffer takes all
		err = w.Close()
		return b.Bytes(), err
	}
	return nil, errors.New("the file is not compressed")
}

// find finds a file by the name that is asked for, and the form that it is to have whatever is accepted, -1 where that is open: compressed files
// can be asked for by their own names, as the library does with some.
func (a *Archive) find(name string) (p *archived, coding int) {
	if p := a.files[name]; p != nil {
		return p, -1
	}
	for ending, coding := range map[string]int{".gz": gzipped, ".br": brotlied} {
		original, ok := strings.CutSuffix(name, ending)
		if p := a.files[original]; ok && p != nil && p.brotli {
			return p, coding
		}
	}
	return nil, 0
}

// ServeHTTP answers GET and HEAD, as a Site does.
func (a *Archive) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	name, ok := begin(w, r)
	if !ok {
		return
	}
	p, coding := a.find(name)
	if p == nil {
		http.NotFound(w, r)
		return
	}
	encoding := ""
	if coding < 0 {
		coding = identity
		// A part is always one of the file itself, and so is what a precondition is about.
		if p.brotli && r.Header.Get("Range") == "" && r.Header.Get("If-Match") == "" && r.Header.Get("If-Unmodified-Since") == "" {
			if best := accepted(r.Header.Values("Accept-Encoding")); len(best) > 0 {
				encoding, coding = best[0].name, map[string]int{"br": brotlied, "gzip": gzipped}[best[0].name]
			}
		}
	}
	data, tag, err := p.form(coding)
	if err != nil {
		http.Error(w, "the file cannot be read", http.StatusInternalServerError)
		return
	}
	h.Set("Content-Type", contentType(name))
	h.Set("Cache-Control", headers.CacheControl(name))
	h.Set("Vary", "Accept-Encoding")
	h.Set("ETag", tag)
	if encoding != "" {
		h.Set("Content-Encoding", encoding)
		h.Set("Content-Length", strconv.Itoa(len(data))) // which ServeContent leaves out here
	}
	http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(data))
}
