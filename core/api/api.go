// Package api is the HTTP API: an http.Handler that classifies images, the same on the Worker and in a native server.
// openapi.json describes it.
package api

import (
	_ "embed"
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"mobilenet/core/classify"
	"mobilenet/core/mobilenet"
	"mobilenet/core/picture"
)

// OpenAPI is the API's description, openapi.json. Whoever serves the API serves it as /api/openapi.json.
//
//go:embed openapi.json
var OpenAPI []byte

// Config says what the API serves, and to whom.
type Config struct {
	// Open returns the classifier. It is called for each request that needs it; an error becomes status 503. Where there is a Pool, that is
	// asked instead.
	Open func() (*classify.Classifier, error)
	// Pool lends classifiers where requests come at the same time; nil where they come one by one, as in a Worker.
	Pool Pool
	// Model is the response of GET /api/model.
	Model Model
	// Limits bound what a request may bring; Limits.Bytes is the whole body. Zero: picture.Default.
	Limits picture.Limits
	// Token must come with every request but those for the health, if it is not empty: "Authorization: Bearer TOKEN".
	Token string
	// Origins are the sites whose pages may read answers (CORS), such as "https://example.org"; "*" is every site. An item may hold several,
	// separated by spaces or commas.
	Origins []string
	// Log takes a line about a failure of the program itself, never about what a request brought.
	Log func(line string)
	// Timing adds a Server-Timing header to classifications. A deployed Worker's clock stands still while it computes.
	Timing bool
}

// A Model is what GET /api/model says about the model.
type Model struct {
	Name       string   `json:"name"`
	Network    string   `json:"network"` // "MobileNetV1" or "MobileNetV2"
	Alpha      float64  `json:"alpha"`
	Resolution int      `json:"resolution"`
	Shape      [3]int   `json:"shape"` // of its input: height, width, channels
	Classes    int      `json:"classes"`
	Type       string   `json:"type"`
	SHA256     string   `json:"sha256"` // of its .tflite file
	License    string   `json:"license"`
	Source     string   `json:"source"`
	Engine     string   `json:"engine"` // "relaxed", "simd" or "go"
	Labels     []string `json:"labels"`
	// NoneOfThese says that classifications tell images of none of the classes: the model was taught to.
	NoneOfThese bool `json:"noneOfThese,omitempty"`
}

// ShapeOf is Model.Shape of a model.
func ShapeOf(m *mobilenet.Model) [3]int {
	s := m.InputShape()
	return [3]int{s.H, s.W, s.C}
}

// MaxImages bounds a batch.
const MaxImages = 16

type server struct{ Config }

// New makes the handler of everything below /api/.
func New(c Config) http.Handler {
	if c.Limits == (picture.Limits{}) {
		c.Limits = picture.Default
	}
	if c.Pool == nil {
		c.Pool = &single{c.Open}
	}
	s := &server{c}
	return s.recovering(s.sharing(s.guarding(http.HandlerFunc(s.route))))
}

// A route is a path's method, and what gives the answer. Where it is GET, HEAD is allowed too.
type route struct {
	method string
	answer func(s *server, w http.ResponseWriter, r *http.Request) (any, error)
}

var routes = map[string]route{
	"/api/classify":       {http.MethodPost, (*server).classify},
	"/api/classify/batch": {http.MethodPost, (*server).batch},
	"/api/model":          {http.MethodGet, (*server).model},
	"/api/health":         {http.MethodGet, (*server).health},
}

func (s *server) route(w http.ResponseWriter, r *http.Request) {
	to, ok := routes[r.URL.Path]
	if !ok {
		near := strings.ToLower(strings.TrimRight(r.URL.Path, "/"))
		if _, ok := routes[near]; ok {
			fail(w, notFound.because("there is no %s; %s is meant, perhaps", r.URL.Path, near))
			return
		}
		fail(w, notFound.because("there is no %s; /api/openapi.json lists what there is", r.URL.Path))
		return
	}
	methods := allowed(to.method)
	if !slices.Contains(methods, r.Method) {
		w.Header().Set("Allow", strings.Join(methods, ", "))
		fail(w, methodNotAllowed.because("%s takes %s, not %s", r.URL.Path, strings.Join(methods, " and "), r.Method))
		return
	}
	answer, err := to.answer(s, w, r)
	if err != nil {
		fail(w, problemOf(err))
		return
	}
	reply(w, r, answer)
}

func allowed(method string) []string {
	if method == http.MethodGet {
		return []string{http.MethodGet, http.MethodHead}
	}
	return []string{method}
}

func (s *server) model(w http.ResponseWriter, _ *http.Request) (any, error) {
	w.Header().Set("Cache-Control", "no-cache")
	return s.Model, nil
}

// health is ok when the model can be loaded.
func (s *server) health(http.ResponseWriter, *http.Request) (any, error) {
	if err := s.Pool.Ready(); err != nil {
		return nil, unavailable.because("%v", err)
	}
	return map[string]string{"status": "ok"}, nil
}

// reply sends an answer, whole or not at all.
func reply(w http.ResponseWriter, r *http.Request, answer any) {
	body, err := json.Marshal(answer)
	if err != nil {
		panic(err) // an answer that is no JSON is a mistake of this program
	}
	h := w.Header()
	h.Set("Content-Type", "application/json")
	if h.Get("Cache-Control") == "" {
		h.Set("Cache-Control", "no-store")
	}
	if r.Method == http.MethodHead {
		return
	}
	w.Write(append(body, '\n'))
}
