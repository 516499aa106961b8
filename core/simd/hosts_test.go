package simd_test

import (
	"fmt"
	"os"
	"os/exec"
	"testing"

	"mobilenet/core/simd"
	"mobilenet/core/simd/wazerohost"
)

// A setting is a host and the capabilities it is asked for.
type setting struct {
	host         simd.Host
	capabilities simd.Capabilities
}

func (s setting) String() string {
	host := "wazero"
	if s.host == (nodeHost{}) {
		host = "node"
	}
	engine := "simd"
	switch {
	case s.capabilities.Dot:
		engine = "dot"
	case s.capabilities.Relaxed:
		engine = "relaxed"
	}
	return fmt.Sprintf("%s-%s-%d", host, engine, s.capabilities.Threads)
}

// settings are those that the machine has the host for.
func settings(t testing.TB) []setting {
	all := []setting{
		{wazerohost.Host{}, simd.Capabilities{Threads: 1}},
		{wazerohost.Host{}, simd.Capabilities{Threads: 3, Shared: true}},
	}
	if _, err := exec.LookPath("node"); err != nil {
		if os.Getenv("REQUIRE_ALL") != "" {
			t.Fatal("node is not on PATH, and REQUIRE_ALL is set")
		}
		t.Log("node is not on PATH: relaxed SIMD is not tested")
		return all
	}
	return append(all,
		setting{nodeHost{}, simd.Capabilities{Threads: 1}},
		setting{nodeHost{}, simd.Capabilities{Threads: 1, Relaxed: true}},
		setting{nodeHost{}, simd.Capabilities{Threads: 2, Relaxed: true, Shared: true}},
		setting{nodeHost{}, simd.Capabilities{Threads: 1, Relaxed: true, Dot: true}},
		setting{nodeHost{}, simd.Capabilities{Threads: 4, Shared: true}},
	)
}

// The kernels' own tests lie inside the package and cannot import a host. They leave V8's threads, which take long to start, to
// the tests of whole networks.
func init() {
	simd.HostsForTest = func(t testing.TB) map[string]simd.HostForTest {
		hosts := map[string]simd.HostForTest{}
		for _, s := range settings(t) {
			if s.host == (wazerohost.Host{}) || s.capabilities.Relaxed && s.capabilities.Threads == 1 {
				hosts[s.String()] = simd.HostForTest{Host: s.host, Capabilities: s.capabilities}
			}
		}
		return hosts
	}
}
