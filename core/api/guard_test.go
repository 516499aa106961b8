package api_test

import (
	"net/http"
	"strings"
	"testing"

	"mobilenet/core/api"
)

func TestToken(t *testing.T) {
	config := newConfig(t)
	config.Token = "a secret, with a comma"
	config.Origins = []string{"https://example.org"}
	h := api.New(config)
	photo := pngOf(t, noise(9, 9))
	for header, want := range map[string]int{
		"": 401, "Bearer": 401, "Bearer ": 401, "Bearer a secret": 401, "Bearer a secret, with a comma.": 401,
		"Basic a secret, with a comma": 401, "a secret, with a comma": 401,
		"Bearer a secret, with a comma": 200, "bearer a secret, with a comma": 200, "Bearer   a secret, with a comma": 200,
	} {
		for _, path := range []string{"/api/classify", "/api/classify/batch", "/api/model", "/api/none", "/api/health"} {
			r := call{path: path, body: photo, header: http.Header{"Authorization": {header}}}.do(t, h)
			refused := r.StatusCode == 401
			if refused != (want == 401 && path != "/api/health") {
				t.Errorf("%q, %s: status %d", header, path, r.StatusCode)
			}
			if refused && !strings.HasPrefix(r.Header.Get("WWW-Authenticate"), "Bearer ") {
				t.Errorf("%s: WWW-Authenticate %q", path, r.Header.Get("WWW-Authenticate"))
			}
		}
	}
	// A browser asks for permission without the token, and may read a refusal.
	origin := http.Header{"Origin": {"https://example.org"}, "Access-Control-Request-Method": {"POST"}}
	if r := (call{method: "OPTIONS", path: "/api/classify", header: origin}.do(t, h)); r.StatusCode != 204 {
		t.Errorf("preflight: %d", r.StatusCode)
	}
	r := call{path: "/api/classify", header: origin}.do(t, h)
	if r.StatusCode != 401 || r.Header.Get("Access-Control-Allow-Origin") != "https://example.org" {
		t.Errorf("%d, %v", r.StatusCode, r.Header)
	}
}

func TestCORS(t *testing.T) {
	photo := pngOf(t, noise(9, 9))
	for _, tt := range []struct {
		origins       []string
		origin, allow string
		vary          string
	}{
		{nil, "https://example.org", "", ""},
		{[]string{"https://example.org", "https://example.com"}, "https://example.com", "https://example.com", "Origin"},
		{[]string{"https://example.org"}, "https://example.com", "", "Origin"},
		{[]string{"https://example.org"}, "https://example.org.example.com", "", "Origin"},
		{[]string{"*"}, "https://example.com", "*", ""},
		{[]string{"https://example.org/, https://Example.com/ "}, "https://example.com", "https://example.com", "Origin"},
		{[]string{"https://example.org,https://example.com:8080"}, "https://example.com:8080", "https://example.com:8080", "Origin"},
		{[]string{"example.com", "https://example.org"}, "https://example.com", "", "Origin"},
	} {
		config := newConfig(t)
		config.Origins = tt.origins
		h := api.New(config)
		for _, c := range []call{
			{path: "/api/classify", body: photo},
			{path: "/api/classify"}, // an error can be read as well
			{method: "OPTIONS", path: "/api/classify"},
		} {
			c.header = http.Header{"Origin": {tt.origin}}
			if c.method == "OPTIONS" {
				c.header.Set("Access-Control-Request-Method", "POST")
			}
			r := c.do(t, h)
			if got := r.Header.Get("Access-Control-Allow-Origin"); got != tt.allow || r.Header.Get("Vary") != tt.vary {
				t.Errorf("%v, %s from %s: allowed %q, Vary %q", tt.origins, c.method, tt.origin, got, r.Header.Get("Vary"))
			}
			if c.method == "OPTIONS" && len(tt.origins) > 0 && r.Header.Get("Access-Control-Allow-Headers") != "Authorization, Content-Type" {
				t.Errorf("preflight: %v", r.Header)
			}
			if c.method == "OPTIONS" && len(tt.origins) == 0 && r.StatusCode != 405 {
				t.Errorf("preflight without CORS: %d", r.StatusCode)
			}
		}
	}
}

// What is no origin is said where the operator looks.
func TestNoOrigin(t *testing.T) {
	config := newConfig(t)
	var logged []string
	config.Log = func(line string) { logged = append(logged, line) }
	config.Origins = []string{"example.com, https://example.org/page https://example.org"}
	api.New(config)
	if len(logged) != 2 || !strings.Contains(logged[0], `"example.com" is no origin`) || !strings.Contains(logged[1], `"https://example.org/page"`) {
		t.Errorf("logged %q", logged)
	}
}
