package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"mobilenet/core/picture"
)

// A kind of problem, by its name in openapi.json, where it is explained.
type kind struct {
	name   string
	status int
	title  string
}

var (
	badParameter     = kind{"bad-parameter", http.StatusBadRequest, "A parameter is wrong"}
	badBody          = kind{"bad-body", http.StatusBadRequest, "The body is not what it says it is"}
	unauthorized     = kind{"unauthorized", http.StatusUnauthorized, "A token is needed"}
	notFound         = kind{"not-found", http.StatusNotFound, "There is no such path"}
	methodNotAllowed = kind{"method-not-allowed", http.StatusMethodNotAllowed, "The method is not allowed"}
	bodyTooLarge     = kind{"body-too-large", http.StatusRequestEntityTooLarge, "The body is too large"}
	tooManyParts     = kind{"too-many-parts", http.StatusRequestEntityTooLarge, "There are too many parts"}
	imageTooLarge    = kind{"image-too-large", http.StatusRequestEntityTooLarge, "The image has too many pixels, or takes too much memory"}
	unsupportedType  = kind{"unsupported-type", http.StatusUnsupportedMediaType, "The type is not supported"}
	brokenImage      = kind{"broken-image", http.StatusUnprocessableEntity, "The image is damaged"}
	tooManyRequests  = kind{"too-many-requests", http.StatusTooManyRequests, "There are too many requests at once"}
	internal         = kind{"internal", http.StatusInternalServerError, "Something went wrong here"}
	unavailable      = kind{"unavailable", http.StatusServiceUnavailable, "The network is not available"}
)

// kinds are all of them, for the test that looks them up in openapi.json.
var kinds = []kind{badParameter, badBody, unauthorized, notFound, methodNotAllowed, bodyTooLarge, tooManyParts, imageTooLarge,
	unsupportedType, brokenImage, tooManyRequests, internal, unavailable}

// A Problem is what an error answers: problem details (RFC 9457).
type Problem struct {
	Type   string `json:"type"` // where openapi.json explains it
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail"`
	// Instance names this one occurrence, as the log does.
	Instance string `json:"instance,omitempty"`
}

func (p *Problem) Error() string { return p.Detail }

// because is a problem of kind k with what is wrong and what to do. Of what a request brought, it repeats the beginning.
func (k kind) because(format string, values ...any) *Problem {
	for i, v := range values {
		switch v := v.(type) {
		case string:
			values[i] = beginning(v, 100)
		case error:
			values[i] = beginning(v.Error(), 400)
		}
	}
	return &Problem{
		Type:   "/api/openapi.json#/components/responses/" + k.name,
		Title:  k.title,
		Status: k.status,
		Detail: fmt.Sprintf(format, values...),
	}
}

// beginning is s, or what it begins with if it is long.
func beginning(s string, most int) string {
	if len(s) <= most {
		return s
	}
	return fmt.Sprintf("%s… (%d bytes)", strings.ToValidUTF8(s[:most], ""), len(s))
}

// problemOf is the problem that err, from a request's image, becomes.
func problemOf(err error) *Problem {
	var k kind
	var p *Problem
	switch {
	case errors.As(err, &p):
		return p
	case errors.Is(err, ErrBusy):
		return tooManyRequests.because("%v; send fewer at once, or this one again after some time", err)
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return badBody.because("the request was given up")
	case errors.Is(err, picture.ErrTooLarge):
		k = imageTooLarge
	case errors.Is(err, picture.ErrUnsupported):
		k = unsupportedType
	case errors.Is(err, picture.ErrBroken):
		k = brokenImage
	default:
		panic(err) // the network refused what was checked before
	}
	return k.because("%v", err)
}

// fail answers with a problem.
func fail(w http.ResponseWriter, p *Problem) {
	h := w.Header()
	h.Set("Content-Type", "application/problem+json")
	h.Set("Cache-Control", "no-store")
	switch p.Status {
	case http.StatusTooManyRequests: // a queue is worked off soon
		h.Set("Retry-After", "1")
	case http.StatusServiceUnavailable:
		h.Set("Retry-After", "10")
	}
	body, _ := json.Marshal(p) // strings and a number always are JSON
	w.WriteHeader(p.Status)
	w.Write(append(body, '\n'))
}
