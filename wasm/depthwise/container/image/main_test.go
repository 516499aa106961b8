package main

import (
	"archive/tar"
	"bufio"
	"bytes"
	"debug/elf"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/google/go-containerregistry/pkg/v1/validate"
)

const top = "../../../.."

// made makes the images, once for all tests.
func made(t *testing.T) string {
	t.Helper()
	if _, err := os.Stat(filepath.Join(top, "dist", "index.html")); err != nil {
		t.Skip("skipped: there is no built page; run make build")
	}
	if folder == "" {
		var err error
		if folder, err = os.MkdirTemp("", "depthwise-images-"); err != nil {
			t.Fatal(err)
		}
		if err := run(top, folder, "depthwise:test"); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

var folder string

func TestMain(m *testing.M) {
	status := m.Run()
	if folder != "" {
		os.RemoveAll(folder)
	}
	os.Exit(status)
}

// files are those of an image's layers, and their headers.
func files(t *testing.T, image v1.Image) (headers []*tar.Header, contents [][]byte) {
	t.Helper()
	layers, err := image.Layers()
	if err != nil || len(layers) != 1 {
		t.Fatalf("%d layers, %v", len(layers), err)
	}
	r, err := layers[0].Uncompressed()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	for from := tar.NewReader(r); ; {
		h, err := from.Next()
		if err == io.EOF {
			return headers, contents
		}
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(from)
		if err != nil {
			t.Fatal(err)
		}
		headers, contents = append(headers, h), append(contents, data)
	}
}

// Each image is the static program of its architecture and nothing else, run by nobody, small, and fit for "docker load".
func TestImages(t *testing.T) {
	for arch, machine := range map[string]elf.Machine{"amd64": elf.EM_X86_64, "arm64": elf.EM_AARCH64} {
		path := filepath.Join(made(t), "depthwise-"+arch+".tar")
		if info, err := os.Stat(path); err != nil || info.Size() > 25e6 {
			t.Errorf("%s: %v, %v", arch, info, err)
		}
		tag, err := name.NewTag("depthwise:test")
		if err != nil {
			t.Fatal(err)
		}
		image, err := tarball.ImageFromPath(path, &tag)
		if err != nil {
			t.Fatal(err)
		}
		if err := validate.Image(image); err != nil {
			t.Error(err)
		}
		config, err := image.ConfigFile()
		if err != nil {
			t.Fatal(err)
		}
		if config.Architecture != arch || config.OS != "linux" || config.Config.User != "65532:65532" || !config.Created.Time.Equal(epoch) {
			t.Errorf("%+v", config)
		}
		headers, contents := files(t, image)
		if len(headers) != 1 || headers[0].Name != "depthwise" || headers[0].Mode != 0o555 || !headers[0].ModTime.Equal(epoch) {
			t.Fatalf("%+v", headers)
		}
		program, err := elf.NewFile(bytes.NewReader(contents[0]))
		if err != nil || program.Machine != machine {
			t.Errorf("%v, %v", program, err)
		}
		for _, p := range program.Progs {
			if p.Type == elf.PT_INTERP {
				t.Error("it needs a dynamic linker")
			}
		}
	}
}

// The layout for registries has both.
func TestLayout(t *testing.T) {
	index, err := layout.ImageIndexFromPath(filepath.Join(made(t), "oci"))
	if err != nil {
		t.Fatal(err)
	}
	if err := validate.Index(index); err != nil {
		t.Error(err)
	}
	whole, err := index.IndexManifest()
	if err != nil || len(whole.Manifests) != 1 {
		t.Fatalf("%+v, %v", whole, err)
	}
	if index, err = index.ImageIndex(whole.Manifests[0].Digest); err != nil {
		t.Fatal(err)
	}
	manifest, err := index.IndexManifest()
	if err != nil {
		t.Fatal(err)
	}
	var platforms []string
	for _, m := range manifest.Manifests {
		platforms = append(platforms, m.Platform.String())
	}
	if strings.Join(platforms, " ") != "linux/amd64 linux/arm64" {
		t.Errorf("%v", platforms)
	}
}

// Made again, from a copy of the sources elsewhere, they are the same bytes.
func TestReproducible(t *testing.T) {
	first := made(t)
	elsewhere := filepath.Join(t.TempDir(), "elsewhere")
	for _, part := range []string{"go.mod", "go.sum", "core", "wasm", "web", "weights", "dist"} {
		from := filepath.Join(top, part)
		info, err := os.Stat(from)
		switch {
		case err != nil:
		case info.IsDir():
			err = os.CopyFS(filepath.Join(elsewhere, part), withoutModules{os.DirFS(from)})
		default:
			var data []byte
			if data, err = os.ReadFile(from); err == nil {
				err = os.MkdirAll(elsewhere, 0o755)
			}
			if err == nil {
				err = os.WriteFile(filepath.Join(elsewhere, part), data, 0o644)
			}
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	second := t.TempDir()
	if err := run(elsewhere, second, "depthwise:test"); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"depthwise-amd64.tar", "depthwise-arm64.tar", "oci/index.json"} {
		a, err := os.ReadFile(filepath.Join(first, name))
		if err != nil {
			t.Fatal(err)
		}
		b, err := os.ReadFile(filepath.Join(second, name))
		if err != nil || !bytes.Equal(a, b) {
			t.Errorf("%s is not the same: %v", name, err)
		}
	}
}

// skopeo, where it is, reads both forms.
func TestSkopeo(t *testing.T) {
	skopeo, err := exec.LookPath("skopeo")
	if err != nil {
		t.Skip("skipped: there is no skopeo")
	}
	for _, from := range []string{"docker-archive:" + filepath.Join(made(t), "depthwise-amd64.tar"), "oci:" + filepath.Join(made(t), "oci") + ":test"} {
		said, err := exec.Command(skopeo, "--override-arch", "amd64", "inspect", "--config", from).Output()
		var config v1.ConfigFile
		if err == nil {
			err = json.Unmarshal(said, &config)
		}
		if err != nil || config.Architecture != "amd64" || config.Config.Entrypoint[0] != "/depthwise" {
			t.Errorf("%s: %v, %s", from, err, said)
		}
		to := filepath.Join(t.TempDir(), "copied.tar")
		if said, err := exec.Command(skopeo, "--override-arch", "amd64", "--insecure-policy", "copy", from, "docker-archive:"+to+":depthwise:test").CombinedOutput(); err != nil {
			t.Errorf("%s: %v, %s", from, err, said)
		}
	}
}

// In a root with nothing but the program in it, which it may not write to, as nobody, without the network of the machine: it serves the page, and
// classifies a picture.
func TestRunsInEmptyRoot(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("skipped: only root can change the root")
	}
	tag, err := name.NewTag("depthwise:test")
	if err != nil {
		t.Fatal(err)
	}
	image, err := tarball.ImageFromPath(filepath.Join(made(t), "depthwise-amd64.tar"), &tag)
	if err != nil {
		t.Fatal(err)
	}
	config, err := image.ConfigFile()
	if err != nil {
		t.Fatal(err)
	}
	if config.Architecture != goarch(t) {
		t.Skip("skipped: this machine is no " + config.Architecture)
	}
	_, contents := files(t, image)
	root := filepath.Join(t.TempDir(), "root")
	if err := os.Mkdir(root, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(root, "depthwise"), contents[0], 0o755); err != nil {
		t.Fatal(err)
	}
	for dir := root; dir != os.TempDir() && dir != "/"; dir = filepath.Dir(dir) {
		os.Chmod(dir, 0o755) // testing's folders are its own
	}
	c := exec.Command(config.Config.Entrypoint[0], "serve", "--addr", "127.0.0.1:0", "--log-json")
	c.Path, c.Dir, c.Env, c.Err = config.Config.Entrypoint[0], "/", []string{}, nil
	c.SysProcAttr = &syscall.SysProcAttr{Chroot: root, Credential: &syscall.Credential{Uid: user, Gid: user, NoSetGroups: false}}
	var stderr bytes.Buffer
	c.Stderr = &stderr
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	defer c.Process.Kill()
	line, err := bufio.NewReader(out).ReadString('\n')
	_, url, ok := strings.Cut(strings.TrimSpace(line), " on ")
	if err != nil || !ok {
		t.Fatalf("it said %q, %s", line, &stderr)
	}
	sample, err := filepath.Glob(filepath.Join(top, "dist", "samples", "peacock.*.png"))
	if err != nil || len(sample) != 1 {
		t.Fatalf("%v, %v", sample, err)
	}
	photo, err := os.ReadFile(sample[0])
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.Post(url+"api/classify", "image/png", bytes.NewReader(photo))
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(r.Body)
	r.Body.Close()
	if err != nil || r.StatusCode != 200 || !strings.Contains(string(body), `"label":"peacock"`) {
		t.Errorf("%d %s, %v", r.StatusCode, body, err)
	}
	r, err = http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	page, err := io.ReadAll(r.Body)
	r.Body.Close()
	want, err2 := os.ReadFile(filepath.Join(top, "dist", "index.html"))
	if err != nil || err2 != nil || !bytes.Equal(page, want) {
		t.Errorf("the page is not the built one: %v, %v", err, err2)
	}
	c.Process.Signal(syscall.SIGTERM)
	done := make(chan error, 1)
	go func() { done <- c.Wait() }()
	select {
	case err := <-done:
		if err != nil {
			t.Errorf("%v, %s", err, &stderr)
		}
	case <-time.After(time.Minute):
		t.Error("it does not end")
	}
}

func goarch(t *testing.T) string {
	out, err := exec.Command("go", "env", "GOARCH").Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(out))
}
