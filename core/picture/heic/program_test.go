package heic

import (
	"bytes"
	"testing"

	"mobilenet/web/build/output"
	"mobilenet/weights"
)

// Program and its licences are the files of the Go module that is said.
func TestProgram(t *testing.T) {
	l := &weights.List{Modules: map[string]string{Module: ModuleSum}}
	for name, have := range map[string][]byte{
		"lib/heif.wasm.gz": Program, "lib/LICENSE.libheif": []byte(LicenseHEIF),
		"lib/LICENSE.libde265": []byte(LicenseDE265), "LICENSE": []byte(LicenseModule),
	} {
		f := weights.File{Source: Module + "/" + name, Size: int64(len(have)), SHA256: output.SHA256(have)}
		if got, err := l.Read(t.Context(), f); err != nil || !bytes.Equal(got, have) {
			t.Errorf("%s is not the module's: %v", name, err)
		}
	}
}
