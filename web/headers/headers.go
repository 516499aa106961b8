// Package headers holds what a server of the built page says beside its files: the local server, the _headers file of static hosts
// and the <meta> of index.html take it from here.
package headers

import (
	"strings"

	"mobilenet/web/build/output"
)

// Meta is the page's Content-Security-Policy as a <meta> can carry it. All that runs and all that is loaded is the site's own;
// blob: and data: are pictures that people drop, paste or take, and the workers of pages that import the library from elsewhere.
// No text becomes markup or script: the two policies named, the library's and the page's, make the addresses of workers alone.
const Meta = "default-src 'none'; " +
	"script-src 'self' 'wasm-unsafe-eval'; " +
	"worker-src 'self' blob:; " +
	"style-src 'self'; " +
	"img-src 'self' blob: data:; " +
	"media-src 'self' blob:; " +
	"connect-src 'self' blob: data:; " +
	"manifest-src 'self'; " +
	"base-uri 'none'; " +
	"form-action 'none'; " +
	"require-trusted-types-for 'script'; " +
	"trusted-types mobilenet depthwise"

// Policy is Meta with what a <meta> may not carry.
const Policy = Meta + "; frame-ancestors 'none'"

// A Header is a name and a value.
type Header struct{ Name, Value string }

// All are the headers of every answer.
var All = []Header{
	// Cross-origin isolation, without which there is no shared memory, so no threads.
	{"Cross-Origin-Opener-Policy", "same-origin"},
	{"Cross-Origin-Embedder-Policy", "require-corp"},
	// Pages elsewhere may import the library and its models. Nothing here is anybody's secret.
	{"Cross-Origin-Resource-Policy", "cross-origin"},
	{"Access-Control-Allow-Origin", "*"},
	{"Content-Security-Policy", Policy},
	{"X-Content-Type-Options", "nosniff"},
	{"Referrer-Policy", "no-referrer"},
	{"Permissions-Policy", "camera=(self), geolocation=(), microphone=()"},
}

// API are the headers of the API's answers, those of the page's files but for two: other sites may embed the library and its models, not
// these answers.
func API() (list []Header) {
	for _, h := range All {
		switch h.Name {
		case "Access-Control-Allow-Origin":
			continue
		case "Cross-Origin-Resource-Policy":
			h.Value = "same-origin"
		}
		list = append(list, h)
	}
	return list
}

// CacheControl says how long a file may be kept without asking again.
func CacheControl(name string) string {
	if output.Hashed(name) {
		return "public, max-age=31536000, immutable"
	}
	return "no-cache"
}

// File is the content of _headers, as Cloudflare, Netlify and others read it, for the files of the site. They join the values of
// all rules that match, so each file has its own rule for what differs.
func File(names []string) string {
	var b strings.Builder
	rule := func(path string, headers ...Header) {
		b.WriteString(path + "\n")
		for _, h := range headers {
			b.WriteString("  " + h.Name + ": " + h.Value + "\n")
		}
	}
	rule("/*", All...)
	for _, name := range names {
		rule("/"+name, Header{"Cache-Control", CacheControl(name)})
	}
	return b.String()
}
