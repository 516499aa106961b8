// Image makes the container image of "depthwise serve", without a Docker daemon: the program and nothing else, for linux/amd64 and linux/arm64. The
// same sources give the same bytes. It is a Go module of its own, so that what it needs is nothing to the program.
//
//	make image
//
// leaves in wasm/depthwise/dist a folder of OCI's layout with both (oci/, what skopeo and registries take) and a file for "docker load" of each
// (depthwise-amd64.tar, depthwise-arm64.tar).
package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// user is who the program runs as: nobody that the host knows.
const user = 65532

// epoch is the time of everything, so that the same files give the same image.
var epoch = time.Unix(0, 0).UTC()

func main() {
	top := flag.String("top", filepath.Join("..", "..", "..", ".."), "the repository's top `FOLDER`, where the page is built")
	out := flag.String("out", filepath.Join("wasm", "depthwise", "dist"), "the `FOLDER` to write to, seen from the top")
	tag := flag.String("tag", "depthwise:latest", "the `NAME` that docker load gives the image")
	flag.Parse()
	if err := run(*top, *out, *tag); err != nil {
		fmt.Fprintln(os.Stderr, "image:", err)
		os.Exit(1)
	}
}

func run(top, out, tag string) error {
	ref, err := name.NewTag(tag)
	if err != nil {
		return err
	}
	if !filepath.IsAbs(out) {
		out = filepath.Join(top, out)
	}
	if err := os.RemoveAll(out); err != nil {
		return err
	}
	if err := os.MkdirAll(out, 0o755); err != nil {
		return err
	}
	index := mutate.IndexMediaType(empty.Index, types.OCIImageIndex)
	for _, arch := range []string{"amd64", "arm64"} {
		program, err := build(top, arch)
		if err != nil {
			return err
		}
		image, err := imageOf(program, arch)
		if err != nil {
			return err
		}
		archive := filepath.Join(out, "depthwise-"+arch+".tar")
		if err := tarball.WriteToFile(archive, ref, image); err != nil {
			return err
		}
		index = mutate.AppendManifests(index, mutate.IndexAddendum{
			Add: image, Descriptor: v1.Descriptor{Platform: &v1.Platform{OS: "linux", Architecture: arch}},
		})
		info, err := os.Stat(archive)
		if err != nil {
			return err
		}
		digest, err := image.Digest()
		if err != nil {
			return err
		}
		fmt.Printf("linux/%s: %.1f MB in %s, %s\n", arch, float64(info.Size())/1e6, archive, digest)
	}
	// The layout names one thing, the index of both, for what asks for an image without saying which would have to choose.
	oci, err := layout.Write(filepath.Join(out, "oci"), mutate.IndexMediaType(empty.Index, types.OCIImageIndex))
	if err != nil {
		return err
	}
	return oci.AppendIndex(index, layout.WithAnnotations(map[string]string{"org.opencontainers.image.ref.name": ref.TagStr()}))
}

// build builds the program for an architecture, without what the version control says: sources are not always in one.
func build(top, arch string) ([]byte, error) {
	folder, err := os.MkdirTemp("", "depthwise-image-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder)
	path := filepath.Join(folder, "depthwise")
	if err := command(top, "go", "run", "./wasm/depthwise/build", "-vcs=false", "-os", "linux", "-arch", arch, "-o", path); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
}

func command(dir, program string, args ...string) error {
	c := exec.Command(program, args...)
	c.Dir, c.Stderr = dir, os.Stderr
	if err := c.Run(); err != nil {
		return fmt.Errorf("%s: %w", c, err)
	}
	return nil
}

// imageOf is the image of a program: one layer with one file, and how it is started.
func imageOf(program []byte, arch string) (v1.Image, error) {
	packed, err := layerOf(program)
	if err != nil {
		return nil, err
	}
	layer, err := tarball.LayerFromOpener(func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(packed)), nil },
		tarball.WithMediaType(types.OCILayer))
	if err != nil {
		return nil, err
	}
	bare := mutate.ConfigMediaType(mutate.MediaType(empty.Image, types.OCIManifestSchema1), types.OCIConfigJSON)
	image, err := mutate.ConfigFile(bare, &v1.ConfigFile{
		OS: "linux", Architecture: arch, Created: v1.Time{Time: epoch}, RootFS: v1.RootFS{Type: "layers"},
		Config: v1.Config{
			Entrypoint: []string{"/depthwise"},
			// Within a container every address is its own: who may reach it is said where it is run.
			Cmd:          []string{"serve", "--addr", ":8080", "--metrics", ":9090", "--log-json"},
			User:         fmt.Sprintf("%d:%d", user, user),
			ExposedPorts: map[string]struct{}{"8080/tcp": {}, "9090/tcp": {}},
			StopSignal:   "SIGTERM",
			Labels: map[string]string{
				"org.opencontainers.image.title":    "Depthwise",
				"org.opencontainers.image.licenses": "Apache-2.0",
			},
		},
	})
	if err != nil {
		return nil, err
	}
	return mutate.Append(image, mutate.Addendum{Layer: layer, History: v1.History{Created: v1.Time{Time: epoch}, CreatedBy: "wasm/depthwise/container/image"}})
}

// layerOf is the layer with the program, compressed: nothing in it can be written.
func layerOf(program []byte) ([]byte, error) {
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	t := tar.NewWriter(z)
	err = t.WriteHeader(&tar.Header{Name: "depthwise", Typeflag: tar.TypeReg, Mode: 0o555, Size: int64(len(program)), ModTime: epoch, Format: tar.FormatUSTAR})
	if err == nil {
		_, err = t.Write(program)
	}
	if err := errors.Join(err, t.Close(), z.Close()); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}
