// Build makes the command as it is passed on: one static file with the built page in it. It runs in the repository's top folder:
//
//	go run ./wasm/depthwise/build -o FILE [-os linux -arch arm64] [-vcs=false]
package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"

	"mobilenet/web/build/output"
	"mobilenet/web/hosting"
)

// flags of the compiler. The program is a fifteenth smaller without inlining; only what decodes pictures and computes, and what runs all the time, needs it.
var flags = []string{
	"-gcflags=all=-l", "-gcflags=mobilenet/core/scalar=", "-gcflags=mobilenet/core/pixels=", "-gcflags=mobilenet/core/picture/...=",
	"-gcflags=mobilenet/core/teach=", "-gcflags=mobilenet/core/quantize=", "-gcflags=image/...=", "-gcflags=golang.org/x/image/...=",
	"-gcflags=compress/...=", "-gcflags=encoding/binary=", "-gcflags=math/...=", "-gcflags=runtime/...=",
}

func main() {
	to := flag.String("o", "", "the program's `file`")
	system := flag.String("os", runtime.GOOS, "the `system` that it shall run on, as Go calls it")
	arch := flag.String("arch", runtime.GOARCH, "the `processor`")
	vcs := flag.Bool("vcs", true, "say in it which revision of the sources it was built of, where that is known")
	flag.Parse()
	if flag.NArg() > 0 || *to == "" {
		flag.Usage()
		os.Exit(2)
	}
	if err := build(*to, *system, *arch, *vcs); err != nil {
		fmt.Fprintln(os.Stderr, "build:", err)
		os.Exit(1)
	}
}

func build(to, system, arch string, vcs bool) error {
	if err := pack("dist", filepath.Join("wasm", "depthwise", "page", "page.zip")); err != nil {
		return err
	}
	stamp := "-buildvcs=auto"
	if !vcs {
		stamp = "-buildvcs=false"
	}
	args := append([]string{"build", "-tags", "page", "-trimpath", stamp, "-ldflags", "-s -w -buildid=", "-o", to}, flags...)
	c := exec.Command("go", append(args, "./wasm/depthwise")...)
	c.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS="+system, "GOARCH="+arch)
	c.Stdout, c.Stderr = os.Stdout, os.Stderr
	if err := c.Run(); err != nil {
		return fmt.Errorf("go build: %w", err)
	}
	return nil
}

// pack makes page.zip, which the tag "page" puts into the program, of the built page.
func pack(dist, to string) error {
	if _, err := hosting.Open(dist); err != nil {
		return err
	}
	return output.Replace(to, func(w *os.File) error { return hosting.Pack(w, os.DirFS(dist)) })
}
