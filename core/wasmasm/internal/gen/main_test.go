package main

import (
	"bytes"
	"os"
	"strings"
	"testing"
)

// TestGenerated fails where the table was changed and "go generate ./core/wasmasm" not run, or the generated file by hand.
func TestGenerated(t *testing.T) {
	table, err := os.ReadFile("../../instructions.txt")
	if err != nil {
		t.Fatal(err)
	}
	want, err := generate(string(table))
	if err != nil {
		t.Fatalf("instructions.txt:%v", err)
	}
	got, err := os.ReadFile("../../instructions.go")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("instructions.go is not what internal/gen makes of instructions.txt: run go generate ./core/wasmasm")
	}
}

// TestMethod holds a line of each form beside the method that it becomes.
func TestMethod(t *testing.T) {
	for line, want := range map[string]string{
		"i32.eqz 45 i32 -> i32": `
// I32Eqz is i32.eqz: [i32] -> [i32].
func (f *Func) I32Eqz() *Func { return f.emit("i32.eqz", sig.i, sig.i, 0x45) }
`,
		"i32x4.dot_i16x8_s fd:ba v128 v128 -> v128 # A note.": `
// I32x4DotI16x8S is i32x4.dot_i16x8_s: [v128 v128] -> [v128]. A note.
func (f *Func) I32x4DotI16x8S() *Func { return f.emit("i32x4.dot_i16x8_s", sig.vv, sig.v, 0xfd, 0xba, 0x01) }
`,
		"i64.store 37 i32 i64 -> offset 8": `
// I64Store is i64.store: [i32 i64] -> [].
func (f *Func) I64Store(offset int) *Func { return f.access("i64.store", sig.il, nil, 8, offset, 0x37) }
`,
		"i8x16.replace_lane fd:17 v128 i32 -> v128 lane 16": `
// I8x16ReplaceLane is i8x16.replace_lane: [v128 i32] -> [v128].
func (f *Func) I8x16ReplaceLane(lane int) *Func { return f.lane("i8x16.replace_lane", sig.vi, sig.v, 16, lane, 0xfd, 0x17) }
`,
		"v128.load8_lane fd:54 i32 v128 -> v128 offset 1, lane 16": `
// V128Load8Lane is v128.load8_lane: [i32 v128] -> [v128].
func (f *Func) V128Load8Lane(offset, lane int) *Func { return f.accessLane("v128.load8_lane", sig.iv, sig.v, 1, offset, 16, lane, 0xfd, 0x54) }
`,
		"memory.copy fc:0a i32 i32 i32 -> memory, memory": `
// MemoryCopy is memory.copy: [i32 i32 i32] -> [].
func (f *Func) MemoryCopy() *Func { return f.wholeMemory("memory.copy", sig.iii, nil, 0xfc, 0x0a, 0x00, 0x00) }
`,
		"atomic.fence fe:03 -> 00": `
// AtomicFence is atomic.fence: [] -> [].
func (f *Func) AtomicFence() *Func { return f.emit("atomic.fence", nil, nil, 0xfe, 0x03, 0x00) }
`,
	} {
		in, err := parse(line)
		if err != nil {
			t.Errorf("%s: %v", line, err)
		} else if got := in.method(); got != want {
			t.Errorf("%s becomes%swant%s", line, got, want)
		}
	}
}

func TestRefuse(t *testing.T) {
	const head = "# About the table.\n\n# A group.\n"
	for line, want := range map[string]string{
		"i32.eqz 45":                          "4: \"i32.eqz 45\" is not name, opcode and type",
		"i32.eqz 4g i32 -> i32":               "4: i32.eqz: the opcode \"4g\"",
		"i32.eqz 145 i32 -> i32":              "4: i32.eqz: the opcode \"145\"",
		"i16x8.abs fd:x v128 -> v128":         "4: i16x8.abs: the opcode \"fd:x\"",
		"i32.eqz 45 i32 i33 -> i32":           "4: i32.eqz: \"i33\" stands where \"->\" is expected",
		"i32.eqz 45 i32 i32":                  "4: i32.eqz: \"->\" is missing",
		"i32.load 28 i32 -> i32 offset":       "4: i32.load: the immediate \"offset\"",
		"i32.load 28 i32 -> i32 offset 3":     "4: i32.load: the immediate \"offset 3\"",
		"i8x16.lane fd:15 v128 -> i32 lane x": "4: i8x16.lane: the immediate \"lane x\"",
		"i32.eqz 45 i32 -> i32 align 4":       "4: i32.eqz: the immediate \"align 4\"",
		"i32.eqz 45 i32 -> i32 100":           "4: i32.eqz: the immediate \"100\"",
	} {
		_, err := generate(head + line + "\n")
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s: %v, want %s", line, err, want)
		}
	}
}
