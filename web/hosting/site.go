package hosting

import (
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"

	"mobilenet/web/headers"
)

// A Site serves the files of one folder, and nothing outside it. The folder may be removed, built anew or replaced meanwhile: it is
// opened by its path for every request.
type Site struct {
	dir   string
	tags  memo[string]
	twins memo[bool]
}

// Open returns the site in the folder of a built page. The error says what to do where there is none.
func Open(dir string) (*Site, error) {
	root, err := os.OpenRoot(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("there is no folder %s: run make build first, or name one with --dir", dir)
	}
	if err != nil {
		return nil, fmt.Errorf("%s cannot be served: name a folder with --dir (%w)", dir, err)
	}
	defer root.Close()
	switch page, err := open(root, "index.html"); {
	case err == nil:
		page.Close()
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("%s holds no index.html: run make build first, or name another folder with --dir", dir)
	default:
		return nil, fmt.Errorf("index.html in %s cannot be served: remove it and run make build, "+
			"or name another folder with --dir (%w)", dir, err)
	}
	dir, err = filepath.Abs(dir)
	return &Site{dir: dir}, err
}

// begin sets the headers that every answer has, and gives the name of the file that is asked for; not ok, it has refused another method.
func begin(w http.ResponseWriter, r *http.Request) (name string, ok bool) {
	h := w.Header()
	for _, extra := range headers.All {
		h.Set(extra.Name, extra.Value)
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		h.Set("Allow", "GET, HEAD")
		http.Error(w, "only GET and HEAD", http.StatusMethodNotAllowed)
		return "", false
	}
	name = strings.TrimPrefix(r.URL.Path, "/")
	if name == "" || strings.HasSuffix(name, "/") {
		name += "index.html"
	}
	return name, true
}

// ServeHTTP answers GET and HEAD.
func (s *Site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	name, ok := begin(w, r)
	if !ok {
		return
	}
	// os.Root keeps to the folder whatever the name is. Hidden files are not served, half-written ones among them.
	if !fs.ValidPath(name) || hidden(name) {
		http.NotFound(w, r)
		return
	}
	root, err := os.OpenRoot(s.dir)
	if err != nil {
		unavailable(w)
		return
	}
	defer root.Close()
	file, err := open(root, name)
	if err != nil {
		s.absent(w, r, root, name)
		return
	}
	defer func() { file.Close() }()

	h.Set("Content-Type", contentType(name))
	h.Set("Cache-Control", headers.CacheControl(name))
	h.Set("Vary", "Accept-Encoding")
	var encoding string
	// A part is always one of the file itself, and so is what a precondition is about.
	if r.Header.Get("Range") == "" && r.Header.Get("If-Match") == "" && r.Header.Get("If-Unmodified-Since") == "" {
		for _, c := range accepted(r.Header.Values("Accept-Encoding")) {
			if twin := s.twin(root, file, c); twin != nil {
				file.Close()
				file, encoding = twin, c.name
				break
			}
		}
	}
	tag, err := s.tag(file)
	if err != nil {
		http.Error(w, "the file cannot be read", http.StatusInternalServerError)
		return
	}
	h.Set("ETag", tag)
	if encoding != "" {
		h.Set("Content-Encoding", encoding)
		h.Set("Content-Length", fmt.Sprint(file.info.Size())) // which ServeContent leaves out here
	}
	http.ServeContent(w, r, name, time.Time{}, file)
}

// absent answers where there is no such file. A folder with a page of its own is asked for with a slash at the end, from which the
// page's relative addresses start.
func (s *Site) absent(w http.ResponseWriter, r *http.Request, root *os.Root, name string) {
	switch {
	case isFile(root, path.Join(name, "index.html")):
		to := url.URL{Path: path.Base(name) + "/", RawQuery: r.URL.RawQuery}
		w.Header().Set("Location", to.String()) // relative, for a site below a path
		w.WriteHeader(http.StatusMovedPermanently)
	case !isFile(root, "index.html"):
		unavailable(w)
	default:
		http.NotFound(w, r)
	}
}

// unavailable answers while there is no site, as between the removal of an old build and the last file of a new one. A file that is
// missing then may come, so the status is not 404.
func unavailable(w http.ResponseWriter) {
	w.Header().Set("Retry-After", "5")
	http.Error(w, "The page is not here right now; it may be being built. Reload in a moment, or run make build.",
		http.StatusServiceUnavailable)
}

func hidden(name string) bool {
	for part := range strings.SplitSeq(name, "/") {
		if strings.HasPrefix(part, ".") || part == "_headers" {
			return true
		}
	}
	return false
}
