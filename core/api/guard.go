package api

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"fmt"
	"net/http"
	"net/url"
	"runtime/debug"
	"slices"
	"strings"
	"unicode"
)

// recovering answers a panic with 500, and gives it a name by which the log is found.
func (s *server) recovering(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			reason := recover()
			if reason == nil {
				return
			}
			id := newUUID()
			if s.Log != nil {
				s.Log(fmt.Sprintf("%s: panic: %v\n%s", id, reason, debug.Stack()))
			}
			p := internal.because("this is a mistake of the program, not of the request; instance names it in the log")
			p.Instance = id
			fail(w, p)
		}()
		next.ServeHTTP(w, r)
	})
}

// newUUID is a random one (RFC 9562, version 4).
func newUUID() string {
	var b [16]byte
	rand.Read(b[:]) // never fails
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("urn:uuid:%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// origins are those that may read answers. People write several in one, with commas, or end one with a slash, as addresses end; what is none
// all the same is logged, for otherwise it would be wondered at.
func (s *server) origins() (origins []string) {
	for _, all := range s.Origins {
		for _, one := range strings.FieldsFunc(all, func(r rune) bool { return r == ',' || unicode.IsSpace(r) }) {
			o := strings.ToLower(strings.TrimRight(one, "/"))
			u, err := url.Parse(o)
			if o != "*" && (err != nil || u.Host == "" || u.Scheme+"://"+u.Host != o) {
				if s.Log != nil {
					s.Log(fmt.Sprintf("CORS: %q is no origin, such as https://example.org", one))
				}
				continue
			}
			origins = append(origins, o)
		}
	}
	return origins
}

// sharing lets pages of the configured origins read the answers (CORS). Without any, no header says a word.
func (s *server) sharing(next http.Handler) http.Handler {
	origins := s.origins()
	if len(origins) == 0 {
		return next
	}
	all := slices.Contains(origins, "*")
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h, origin := w.Header(), r.Header.Get("Origin")
		if all {
			h.Set("Access-Control-Allow-Origin", "*")
		} else {
			h.Add("Vary", "Origin")
			if slices.Contains(origins, origin) {
				h.Set("Access-Control-Allow-Origin", origin)
			}
		}
		preflight := r.Method == http.MethodOptions && r.Header.Get("Access-Control-Request-Method") != ""
		to, ok := routes[r.URL.Path]
		if !preflight || !ok {
			next.ServeHTTP(w, r)
			return
		}
		// It comes without a token, so it is answered before one is asked for.
		h.Set("Access-Control-Allow-Methods", strings.Join(allowed(to.method), ", "))
		h.Set("Access-Control-Allow-Headers", "Authorization, Content-Type")
		h.Set("Access-Control-Max-Age", "86400")
		w.WriteHeader(http.StatusNoContent)
	})
}

// guarding asks for the token where there is one. Digests are compared, so that the time tells neither its bytes nor its length.
func (s *server) guarding(next http.Handler) http.Handler {
	if s.Token == "" {
		return next
	}
	want := sha256.Sum256([]byte(s.Token))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/api/health" {
			next.ServeHTTP(w, r)
			return
		}
		scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
		got := sha256.Sum256([]byte(strings.TrimLeft(token, " ")))
		if !strings.EqualFold(scheme, "Bearer") || subtle.ConstantTimeCompare(got[:], want[:]) != 1 {
			w.Header().Set("WWW-Authenticate", `Bearer realm="Depthwise"`)
			fail(w, unauthorized.because(`send the header "Authorization: Bearer TOKEN" with this server's token`))
			return
		}
		next.ServeHTTP(w, r)
	})
}
