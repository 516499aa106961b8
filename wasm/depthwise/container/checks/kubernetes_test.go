package checks

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/apimachinery/pkg/util/yaml"
)

const top = "../../../.."

// manifest is the objects of kubernetes.yaml. A field that does not exist, or comes twice, is an error.
func manifest(t *testing.T) (deployment *appsv1.Deployment, service *corev1.Service, budget *policyv1.PodDisruptionBudget) {
	t.Helper()
	data, err := os.ReadFile("../kubernetes.yaml")
	if err != nil {
		t.Fatal(err)
	}
	scheme := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{appsv1.AddToScheme, corev1.AddToScheme, policyv1.AddToScheme} {
		if err := add(scheme); err != nil {
			t.Fatal(err)
		}
	}
	strict := serializer.NewCodecFactory(scheme, serializer.EnableStrict).UniversalDeserializer()
	for documents := yaml.NewDocumentDecoder(io.NopCloser(bytes.NewReader(data))); ; {
		document := make([]byte, 64<<10)
		n, err := documents.Read(document)
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		object, _, err := strict.Decode(document[:n], nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		switch o := object.(type) {
		case *appsv1.Deployment:
			deployment = o
		case *corev1.Service:
			service = o
		case *policyv1.PodDisruptionBudget:
			budget = o
		default:
			t.Errorf("it has a %T", o)
		}
	}
	if deployment == nil || service == nil || budget == nil {
		t.Fatal("something is missing")
	}
	return deployment, service, budget
}

func TestManifest(t *testing.T) {
	deployment, service, budget := manifest(t)
	pod := deployment.Spec.Template
	for what, selector := range map[string]map[string]string{
		"the deployment": deployment.Spec.Selector.MatchLabels, "the service": service.Spec.Selector, "the budget": budget.Spec.Selector.MatchLabels,
	} {
		if !labels.SelectorFromSet(selector).Matches(labels.Set(pod.Labels)) || len(selector) == 0 {
			t.Errorf("%s selects %v, and the pods have %v", what, selector, pod.Labels)
		}
	}
	c := pod.Spec.Containers[0]
	ports := map[string]bool{}
	for _, p := range c.Ports {
		ports[p.Name] = true
	}
	for what, probe := range map[string]*corev1.Probe{"startup": c.StartupProbe, "readiness": c.ReadinessProbe, "liveness": c.LivenessProbe} {
		if probe == nil || probe.HTTPGet == nil || !ports[probe.HTTPGet.Port.String()] || !slices.Contains([]string{"/readyz", "/healthz"}, probe.HTTPGet.Path) {
			t.Errorf("the %s probe is %+v", what, probe)
		}
	}
	if c.LivenessProbe.HTTPGet.Path != "/healthz" {
		t.Error("a server that drains would be killed")
	}
	for _, p := range service.Spec.Ports {
		if !ports[p.TargetPort.String()] || p.TargetPort.String() == "metrics" {
			t.Errorf("the service leads to %s", p.TargetPort.String())
		}
	}
	for _, name := range []corev1.ResourceName{corev1.ResourceCPU, corev1.ResourceMemory} {
		limit, request := c.Resources.Limits[name], c.Resources.Requests[name]
		if limit.IsZero() || request.IsZero() || request.Cmp(limit) > 0 {
			t.Errorf("%s: %v of %v", name, request, limit)
		}
	}
	s := c.SecurityContext
	if !*s.ReadOnlyRootFilesystem || *s.AllowPrivilegeEscalation || !*pod.Spec.SecurityContext.RunAsNonRoot || s.Capabilities.Drop[0] != "ALL" {
		t.Errorf("%+v", s)
	}
	// It has to end by itself before it is killed.
	var ending time.Duration
	for _, arg := range c.Args {
		for _, flag := range []string{"--drain=", "--grace="} {
			if value, ok := strings.CutPrefix(arg, flag); ok {
				d, err := time.ParseDuration(value)
				if err != nil {
					t.Error(err)
				}
				ending += d
			}
		}
	}
	if patience := time.Duration(*pod.Spec.TerminationGracePeriodSeconds) * time.Second; ending == 0 || ending >= patience {
		t.Errorf("it takes up to %v to end, and is killed after %v", ending, patience)
	}
}

// program builds the command.
func program(t *testing.T) string {
	path := filepath.Join(t.TempDir(), "depthwise")
	c := exec.Command("go", "build", "-o", path, "./wasm/depthwise")
	c.Dir = top
	if said, err := c.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	return path
}

// The flags that the manifest and the unit give exist.
func TestFlags(t *testing.T) {
	deployment, _, _ := manifest(t)
	unit, err := os.ReadFile("../depthwise.service")
	if err != nil {
		t.Fatal(err)
	}
	start := ""
	for line := range strings.Lines(string(unit)) {
		if command, ok := strings.CutPrefix(line, "ExecStart="); ok {
			start = command
		}
	}
	path := program(t)
	for _, args := range [][]string{deployment.Spec.Template.Spec.Containers[0].Args, strings.Fields(start)[1:]} {
		if said, err := exec.Command(path, append(args, "--help")...).CombinedOutput(); err != nil {
			t.Errorf("%v: %s", args, said)
		}
	}
	if err := exec.Command(path, "serve", "--nothing", "--help").Run(); err == nil {
		t.Error("a flag that does not exist passes")
	}
}

// systemd, where it is, takes the units.
func TestUnits(t *testing.T) {
	analyze, err := exec.LookPath("systemd-analyze")
	if err != nil {
		t.Skip("skipped: there is no systemd-analyze")
	}
	dir := t.TempDir()
	for _, name := range []string{"depthwise.service", "depthwise.socket"} {
		unit, err := os.ReadFile(filepath.Join("..", name))
		if err != nil {
			t.Fatal(err)
		}
		unit = bytes.ReplaceAll(unit, []byte("/usr/local/bin/depthwise"), []byte("/bin/sh")) // which is there
		if err := os.WriteFile(filepath.Join(dir, name), unit, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	said, err := exec.Command(analyze, "verify", "--man=no", filepath.Join(dir, "depthwise.service"), filepath.Join(dir, "depthwise.socket")).CombinedOutput()
	if err != nil || len(bytes.TrimSpace(said)) > 0 {
		t.Errorf("%v: %s", err, said)
	}
}
