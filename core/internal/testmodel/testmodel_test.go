package testmodel_test

import (
	"strings"
	"testing"

	"mobilenet/core/internal/testmodel"
)

func TestDefault(t *testing.T) {
	if n := len(testmodel.Default(t)); n != 4276100 {
		t.Errorf("default model of %d bytes, want 4276100", n)
	}
}

func TestLabelsAndPeacock(t *testing.T) {
	if n := strings.Count(testmodel.Labels(t), "\n"); n != 1001 {
		t.Errorf("%d labels, want 1001", n)
	}
	if !strings.HasPrefix(string(testmodel.Peacock(t)), "\x89PNG") {
		t.Error("the peacock is no PNG file")
	}
}

func TestShared(t *testing.T) {
	testmodel.Shared(t, "models")
}
