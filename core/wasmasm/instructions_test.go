package wasmasm

import (
	"bytes"
	"os"
	"os/exec"
	"reflect"
	"regexp"
	"runtime"
	"strings"
	"testing"
)

// node validates a module in Node.js, relaxed SIMD allowed.
func node(t *testing.T, module []byte) {
	t.Helper()
	if runtime.GOOS == "js" {
		t.Skip("WebAssembly starts no other program: the native tests validate the module by V8")
	}
	if _, err := exec.LookPath("node"); err != nil {
		if os.Getenv("REQUIRE_ALL") != "" {
			t.Fatal("node is not on PATH, and REQUIRE_ALL is set")
		}
		t.Skip("node is not on PATH: the module is not validated by V8")
	}
	// Newer versions have relaxed SIMD without the flag and may not know it any more.
	const flag = "--experimental-wasm-relaxed-simd"
	args := []string{"testdata/validate.mjs"}
	if exec.Command("node", flag, "-e", "0").Run() == nil {
		args = []string{flag, "testdata/validate.mjs"}
	}
	cmd := exec.Command("node", args...)
	cmd.Stdin = bytes.NewReader(module)
	if out, err := cmd.CombinedOutput(); err != nil || len(out) > 0 {
		t.Errorf("Node.js: %s %v", out, err)
	}
}

var missing = regexp.MustCompile(`needs an operand of type (\w+) and the stack is empty`)

var typeNames = map[string]Type{"i32": I32, "i64": I64, "f32": F32, "v128": V128, "unknown": I32}

// instruction writes into m a function of the one instruction that method appends. It learns the operands by trying: the
// assembler says which type it misses.
func instruction(t *testing.T, m *Module, method reflect.Method, args []reflect.Value) {
	t.Helper()
	var operands []Type
	for {
		f := NewModule().Func(method.Name)
		f.module.DefineMemory("", Memory{Min: 1, Max: 1, Shared: true})
		f.stack = append(f.stack, operands...)
		method.Func.Call(append([]reflect.Value{reflect.ValueOf(f)}, args...))
		if f.err == nil {
			g := m.Func(method.Name)
			for _, o := range operands {
				g.Get(Local{g, uint32(len(g.params)), o})
				g.params = append(g.params, o)
			}
			g.results = append([]Type(nil), f.stack...)
			g.frames[0].results = g.results
			method.Func.Call(append([]reflect.Value{reflect.ValueOf(g)}, args...))
			return
		}
		match := missing.FindStringSubmatch(f.err.Error())
		if match == nil {
			t.Fatal(f.err)
		}
		operands = append([]Type{typeNames[match[1]]}, operands...)
	}
}

// TestEveryInstruction validates a function for each method that appends one instruction.
func TestEveryInstruction(t *testing.T) {
	notInstructions := map[string]bool{"End": true, "Else": true, "Return": true, "Unreachable": true, "Export": true}
	constants := map[string]reflect.Value{
		"I32Const": reflect.ValueOf(-5), "I64Const": reflect.ValueOf(int64(1) << 40), "F32Const": reflect.ValueOf(float32(0.5)),
		"V128Const": reflect.ValueOf([16]byte{1, 2, 3}), "I8x16Shuffle": reflect.ValueOf([16]byte{0, 31, 1, 30}),
	}
	all, plain := NewModule(), NewModule()
	all.DefineMemory("memory", Memory{Min: 1, Max: 1, Shared: true})
	plain.DefineMemory("memory", Memory{Min: 1, Max: 1, Shared: true})
	instructions := 0
	funcType := reflect.TypeFor[*Func]()
	for i := range funcType.NumMethod() {
		method := funcType.Method(i)
		mt := method.Type
		if notInstructions[method.Name] || mt.NumOut() != 1 || mt.Out(0) != funcType {
			continue
		}
		var args []reflect.Value
		if c, ok := constants[method.Name]; ok {
			args = append(args, c)
		} else {
			for k := 1; k < mt.NumIn() && mt.In(k).Kind() == reflect.Int; k++ {
				args = append(args, reflect.ValueOf(1)) // an offset or a lane
			}
			if len(args) != mt.NumIn()-1 {
				continue // control, locals, globals
			}
		}
		if strings.Contains(method.Name, "Atomic") && len(args) == 1 {
			args[0] = reflect.ValueOf(8)
		}
		instruction(t, all, method, args)
		instructions++
		if !strings.Contains(method.Name, "Relaxed") && !strings.Contains(method.Name, "AtomicFence") {
			instruction(t, plain, method, args)
		}
	}
	t.Logf("%d instructions", instructions)
	if instructions < 200 {
		t.Errorf("only %d instructions were found", instructions)
	}
	instantiate(t, plain)
	node(t, encode(t, all))
}
