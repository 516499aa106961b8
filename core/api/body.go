package api

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"strings"
)

const multipartForm = "multipart/form-data"

// readBody reads a body of at most Limits.Bytes, counted while it comes: a chunked one does not tell its length before.
func (s *server) readBody(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	if coding := r.Header.Get("Content-Encoding"); coding != "" && !strings.EqualFold(coding, "identity") {
		w.Header().Set("Accept-Encoding", "identity")
		return nil, unsupportedType.because("a body with Content-Encoding: %s; send it as it is, for images are compressed already", coding)
	}
	most := int64(s.Limits.Bytes)
	tooLarge := bodyTooLarge.because("a body may have %d bytes; a smaller image gives the same result: the model sees few of its pixels", most)
	if r.ContentLength > most {
		return nil, tooLarge
	}
	var body bytes.Buffer
	body.Grow(int(max(r.ContentLength, 0)) + bytes.MinRead)
	if _, err := body.ReadFrom(http.MaxBytesReader(w, r.Body, most)); err != nil {
		var over *http.MaxBytesError
		if errors.As(err, &over) {
			return nil, tooLarge
		}
		return nil, badBody.because("it ended early: %v", err)
	}
	return body.Bytes(), nil
}

// mediaType is the type that a request says its body has, with its parameters.
func mediaType(r *http.Request) (string, map[string]string, error) {
	declared := r.Header.Get("Content-Type")
	if declared == "" {
		return "application/octet-stream", nil, nil
	}
	name, parameters, err := mime.ParseMediaType(declared)
	if err != nil {
		return "", nil, unsupportedType.because("the Content-Type %q is none: %v", declared, err)
	}
	return name, parameters, nil
}

// readImage returns the bytes of the one image of a request: its body, or the one part of it.
func (s *server) readImage(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	name, parameters, err := mediaType(r)
	if err != nil {
		return nil, err
	}
	if name == multipartForm {
		body, err := s.readBody(w, r)
		if err != nil {
			return nil, err
		}
		var file []byte
		return file, eachPart(body, parameters["boundary"], 1, func(_ string, data []byte) { file = data })
	}
	// What the image's type is, its bytes tell: the name of an image type says no more than that there is one.
	if !strings.HasPrefix(name, "image/") && name != "application/octet-stream" {
		return nil, unsupportedType.because(
			`a body of %s; send the image's bytes as image/jpeg or the like, or as %s (curl -F image=@photo.jpg)`, name, multipartForm)
	}
	return s.readBody(w, r)
}

// maxPartHeader bounds what stands before a part's content, the boundary with it: browsers and curl send 200 bytes. The reader of
// package multipart would take several times as much memory for headers of megabytes.
const maxPartHeader = 64 << 10

// eachPart calls do for each part of a multipart body, one at a time, once it is sure that there are between 1 and most.
func eachPart(body []byte, boundary string, most int, do func(name string, data []byte)) error {
	if boundary == "" {
		return badBody.because("the Content-Type names no boundary between the parts")
	}
	count, err := countParts(body, boundary, most)
	if err != nil {
		return err
	}
	parts := multipart.NewReader(bytes.NewReader(body), boundary)
	for range count {
		part, err := parts.NextPart()
		if err != nil {
			return badBody.because("a part's headers cannot be read: %s", plain(err))
		}
		data, err := io.ReadAll(part)
		if err != nil {
			return badBody.because("a part cannot be read: %s", plain(err))
		}
		do(part.FileName(), data)
	}
	return nil
}

// countParts counts the parts of a body, reading what stands between them and skipping their content.
func countParts(body []byte, boundary string, most int) (count int, err error) {
	source := &bounded{r: bytes.NewReader(body)}
	for parts := multipart.NewReader(source, boundary); ; count++ {
		source.left = maxPartHeader
		part, err := parts.NextRawPart()
		if err == io.EOF {
			break
		}
		switch {
		case err == nil:
		case source.left <= 0:
			return 0, badBody.because("part %d has headers of more than %d bytes, or they have no end", count+1, maxPartHeader)
		case errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || strings.HasSuffix(err.Error(), "EOF"):
			if !bytes.Contains(body, []byte("--"+boundary)) {
				return 0, badBody.because("the boundary %s, which the Content-Type names, is not in it", boundary)
			}
			return 0, badBody.because("it ends without the last boundary, --%s--", boundary)
		default:
			return 0, badBody.because("part %d has headers that cannot be read: %s", count+1, plain(err))
		}
		if count == most {
			return 0, tooManyParts.because("%d allowed here; each must be an image", most)
		}
		source.left = len(body)
		io.Copy(io.Discard, part) // what is wrong with its end, the next call tells
	}
	if count == 0 {
		return 0, badBody.because("there is no part in it")
	}
	return count, nil
}

// plain is an error without the names of packages before it.
func plain(err error) string {
	return strings.TrimPrefix(strings.TrimPrefix(err.Error(), "multipart: "), "NextPart: ")
}

// bounded is a reader of which only so many bytes may be read.
type bounded struct {
	r    io.Reader
	left int
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errors.New("enough was read")
	}
	n, err := b.r.Read(p[:min(len(p), b.left)])
	b.left -= n
	return n, err
}
