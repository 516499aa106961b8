package testmodel_test

import (
	"testing"

	"mobilenet/core/internal/testmodel"
)

func TestDefault(t *testing.T) {
	if n := len(testmodel.Default(t)); n != 4276100 {
		t.Errorf("default model of %d bytes, want 4276100", n)
	}
}

func TestShared(t *testing.T) {
	testmodel.Shared(t, "models")
}
