// Package page has the built page inside the program, where it is built with the tag "page": "make install" does that, and the container image.
package page

import (
	"fmt"
	"sync"

	"mobilenet/web/hosting"
)

// Open gives the page, nil where the program was built without it.
var Open = sync.OnceValues(func() (*hosting.Archive, error) {
	if len(archive) == 0 {
		return nil, nil
	}
	a, err := hosting.OpenArchive(archive)
	if err != nil {
		return nil, fmt.Errorf("the page inside this program cannot be read: %w", err)
	}
	return a, nil
})
