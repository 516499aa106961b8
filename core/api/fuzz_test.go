package api_test

import (
	"bytes"
	"encoding/json"
	"image"
	"image/jpeg"
	"io"
	"net/http"
	"net/http/httptest"
	"net/textproto"
	"strings"
	"testing"

	"mobilenet/core/api"
	"mobilenet/core/tflite/tflitetest"
)

// FuzzRequest sends requests that nobody would: any method, path, query, headers and body, the body as it is or as the content of so
// many parts of a form, whose headers are anything too. What is answered must be sound, and no mistake of the program.
func FuzzRequest(f *testing.F) {
	var photo bytes.Buffer
	if err := jpeg.Encode(&photo, image.NewGray(image.Rect(0, 0, 8, 8)), nil); err != nil {
		f.Fatal(err)
	}
	const authorized = "Authorization: Bearer secret\n"
	f.Add("POST", "/api/classify", authorized+"Content-Type: image/jpeg", uint8(0), "", photo.Bytes())
	f.Add("POST", "/api/classify?top=3&crop=whole&embedding=1&heatmap=1&logits=true", authorized, uint8(1), "", photo.Bytes())
	f.Add("POST", "/api/classify/batch?top=999999999999&crop=", authorized, uint8(17),
		"Content-Disposition: form-data; name=a; filename*=UTF-8''%e2%82\nContent-Transfer-Encoding: quoted-printable", photo.Bytes())
	f.Add("POST", "/api/classify/batch", authorized+"Content-Type: multipart/form-data; boundary=x", uint8(0), "",
		[]byte("--x\r\n\r\n"+photo.String()+"\r\n--x--"))
	f.Add("OPTIONS", "/api/model", "Origin: https://example.org\nAccess-Control-Request-Method: GET", uint8(0), "", []byte{})
	f.Add("HEAD", "/api/health", "Authorization: Basic Og==\nContent-Length: 1", uint8(0), "", []byte{})

	config := newConfigOf(f, tflitetest.Spec{Alpha: 0.001, MinChannels: 1}) // the least network: what is tested stands before it
	config.Token, config.Origins, config.Timing = "secret", []string{"https://example.org"}, true
	f.Fuzz(func(t *testing.T, method, target, headers string, parts uint8, partHeaders string, body []byte) {
		h := lines(headers)
		if parts > 0 {
			h.Set("Content-Type", "multipart/form-data; boundary=x")
			part := "--x\r\n" + strings.ReplaceAll(partHeaders, "\n", "\r\n") + "\r\n\r\n" + string(body) + "\r\n"
			body = []byte(strings.Repeat(part, int(parts)) + "--x--\r\n")
		}
		r := httptest.NewRequest("POST", "/", io.MultiReader(bytes.NewReader(body))) // whose length nobody sees
		r.Method, r.Header = method, h
		r.URL.Path, r.URL.RawQuery, _ = strings.Cut(target, "?")
		config.Log = func(line string) { t.Error(line) }
		w := httptest.NewRecorder()
		api.New(config).ServeHTTP(w, r)
		checkAnswer(t, method, w.Result())
	})
}

// lines are headers as they stand in a request, one a line. Which names and values may come, servers check before a handler runs.
func lines(s string) http.Header {
	h := http.Header{}
	for line := range strings.Lines(s) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), ":")
		h.Add(textproto.CanonicalMIMEHeaderKey(name), strings.TrimSpace(value))
	}
	return h
}

// checkAnswer checks what all answers have in common.
func checkAnswer(t *testing.T, method string, r *http.Response) {
	t.Helper()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	switch declared := r.Header.Get("Content-Type"); {
	case r.StatusCode == http.StatusNoContent && len(body) == 0:
	case r.StatusCode == http.StatusOK && declared == "application/json":
		if !json.Valid(body) && (method != http.MethodHead || len(body) > 0) {
			t.Errorf("an answer that is no JSON: %q", body)
		}
	case r.StatusCode >= 400 && r.StatusCode < 500 && declared == "application/problem+json":
		var p api.Problem
		if err := json.Unmarshal(body, &p); err != nil || p.Status != r.StatusCode || p.Detail == "" || p.Instance != "" {
			t.Errorf("status %d: %s, error %v", r.StatusCode, body, err)
		}
	default:
		t.Errorf("status %d, type %q: %s", r.StatusCode, declared, body)
	}
}
