package picture_test

import (
	"testing"

	"mobilenet/core/picture"
	"mobilenet/core/picture/internal/cases"
)

// What a Worker reads, within its limits.
func TestCases(t *testing.T) { cases.Compare(t, picture.Default) }
