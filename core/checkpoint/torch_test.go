package checkpoint_test

import (
	"archive/zip"
	"encoding/binary"
	"fmt"
	"math"
	"math/rand/v2"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"mobilenet/core/checkpoint"
)

// small is a network of width 0.01 as the arrays of a layout, some 30 kB.
func small(layout string) []array {
	f := torchForms()[layout][0]
	f.alpha = 0.01
	var arrays []array
	for _, p := range unfold(f.model(9), f.epsilon, false, rand.New(rand.NewPCG(9, 9))) {
		arrays = append(arrays, p.torchArrays(torchNames[layout](p.layer))...)
	}
	return arrays
}

// Numbers of 16 bits are read as what they are.
func TestHalfPrecision(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	for kind, bits := range map[string]func(v float64) uint16{
		"BF16": func(v float64) uint16 { return uint16(math.Float32bits(float32(v)) >> 16) },
		"F16":  half,
	} {
		arrays := small("marvis/pytorch-mobilenet")
		header := `{`
		var data []byte
		for i := range arrays {
			a := &arrays[i]
			from := len(data)
			for k := range a.values {
				// Few bits, so that both kinds hold them.
				a.values[k] = math.Ldexp(float64(rng.IntN(15)-7), rng.IntN(8)-4)
				if strings.HasSuffix(a.name, "running_var") {
					a.values[k] = math.Ldexp(1+float64(rng.IntN(4)), -20) // a subnormal number in F16
				}
				data = binary.LittleEndian.AppendUint16(data, bits(a.values[k]))
			}
			header += fmt.Sprintf(`%q:{"dtype":%q,"shape":%s,"data_offsets":[%d,%d]},`, a.name, kind, strings.ReplaceAll(fmt.Sprint(a.shape), " ", ","), from, len(data))
		}
		header = header[:len(header)-1] + "}"
		got, err := checkpoint.Read(append(append(binary.LittleEndian.AppendUint64(nil, uint64(len(header))), header...), data...), checkpoint.Options{})
		if err != nil {
			t.Fatal(err)
		}
		want, err := checkpoint.Read(safetensorsFile(arrays), checkpoint.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if d := different(want.Model, got.Model); d != "" {
			t.Errorf("%s: %s", kind, d)
		}
	}
}

// half is v, of few bits, as IEEE 754 binary16.
func half(v float64) uint16 {
	sign := uint16(0)
	if v < 0 {
		sign, v = 0x8000, -v
	}
	if v < math.Ldexp(1, -14) {
		return sign | uint16(v*(1<<24))
	}
	fraction, exponent := math.Frexp(v) // fraction in 0.5..1
	return sign | uint16(exponent-1+15)<<10 | uint16((2*fraction-1)*1024)
}

// What is no state_dict of a MobileNet is refused in words that name what is wrong and what to do.
func TestTorchRefuses(t *testing.T) {
	arrays := small("marvis/pytorch-mobilenet")
	with := func(change func(a []array) []array) []byte {
		changed := change(slices.Clone(arrays))
		return torchZip(changed, zip.Store, func(p *pickler) { p.stateDict("", changed) })
	}
	object := func(write func(p *pickler)) []byte { return torchZip(arrays, zip.Store, write) }
	for _, c := range []struct {
		data []byte
		want string
	}{
		{with(func(a []array) []array { return a[5:] }), `model\.1\.3\.weight of shape \[8 1 1 8\] is that of a pointwise layer, the one after 1;`},
		{with(func(a []array) []array { return a[:60] }), `the network ends after \d+ layers, with model\.\d+\.\d`},
		{with(func(a []array) []array { a[0].shape = []int{8, 3, 1, 9}; return a }), `model\.0\.0\.weight: the first layer has weights of shape \[8 1 9 3\]`},
		{with(func(a []array) []array { a[1].shape = []int{4, 2}; return a }), `model\.0\.1\.weight has shape \[4 2\]`},
		{with(func(a []array) []array { a[4].values = slices.Repeat([]float64{-1}, 8); return a }), `model\.0\.1\.running_var: channel 0 has variance -1`},
		{with(func(a []array) []array { a[0].values[5] = math.NaN(); return a }), `model\.0\.0\.weight holds NaN`},
		{with(func(a []array) []array { a[0].name = "weight"; return a }), `tensor weight of shape .* belongs to no layer`},
		{with(func(a []array) []array { a[0].name = "model.0.0.weight_mask"; return a }), `weight_mask of shape .* is none of`},
		{object(func(p *pickler) { p.WriteString("ctorchvision.models.mobilenetv2\nMobileNetV2\n)\x81") }), `an object of the class torchvision\.models\.mobilenetv2\.MobileNetV2.*torch\.save\(model\.state_dict\(\)`},
		{object(func(p *pickler) { p.WriteString("cposix\nsystem\n"); p.text("true"); p.WriteString("\x85R") }), `an object of the class posix\.system`},
		{object(func(p *pickler) { p.number(1) }), `holds no state_dict`},
		{object(func(p *pickler) { p.WriteString("\xff") }), `the opcode 0xff`},
		{[]byte("\x80\x02}."), `a pickle, but not one that torch\.save made`},
		{[]byte("version https://git-lfs"), `the file is no checkpoint`},
		{nil, `the file is no checkpoint`},
		{[]byte("\x1c\x00\x00\x00TFL3 and more"), `a TensorFlow Lite model already`},
	} {
		if r, err := checkpoint.Read(c.data, checkpoint.Options{}); err == nil || !regexp.MustCompile(c.want).MatchString(err.Error()) {
			t.Errorf("%v, error %v, want %s", r, err, c.want)
		}
	}
}

// Files that lie about sizes take no memory that is not there.
func TestHostile(t *testing.T) {
	arrays := small("marvis/pytorch-mobilenet")
	huge := slices.Clone(arrays)
	huge[0].shape = []int{1 << 20, 3, 3, 3}
	bomb := slices.Clone(arrays)
	last := len(bomb) - 2
	bomb[last] = array{name: "fc.weight", shape: []int{1 << 20, 10}, values: make([]float64, 10<<20)}
	bomb[last+1] = array{name: "fc.bias", shape: []int{1 << 20}, values: make([]float64, 1<<20)}
	packed := torchZip(bomb, zip.Deflate, func(p *pickler) { p.stateDict("", bomb) })
	object := func(write func(p *pickler)) []byte { return torchZip(arrays, zip.Store, write) }
	for name, c := range map[string]struct {
		data  []byte
		bytes uint64
	}{
		"a string of 2^62 bytes":   {object(func(p *pickler) { p.WriteString("\x8d\x00\x00\x00\x00\x00\x00\x00\x40") }), 4 << 20},
		"a shape beyond the file":  {torchZip(huge, zip.Store, func(p *pickler) { p.stateDict("", huge) }), 4 << 20},
		"a million marks":          {object(func(p *pickler) { p.WriteString(strings.Repeat("(", 1<<20)) }), 64 << 20},
		"a million dictionaries":   {object(func(p *pickler) { p.WriteString(strings.Repeat("}", 1<<20)) }), 128 << 20},
		"the same tuple in itself": {object(func(p *pickler) { p.WriteString(")" + strings.Repeat("2\x86", 1<<18)) }), 64 << 20},
		"a header of 2^40 bytes":   {append(binary.LittleEndian.AppendUint64(nil, 1<<40), "{}      "...), 4 << 20},
		"zeros, packed":            {packed, 4 << 20},
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := checkpoint.Read(c.data, checkpoint.Options{})
		runtime.ReadMemStats(&after)
		took := after.TotalAlloc - before.TotalAlloc
		t.Logf("%s: %d bytes took %d; %v", name, len(c.data), took, err)
		if took > c.bytes {
			t.Errorf("%s: %d bytes took %d of memory in all", name, len(c.data), took)
		}
		if err == nil {
			t.Errorf("%s is read", name)
		}
	}
}

// A file that is cut off anywhere is an error.
func TestCut(t *testing.T) {
	arrays := small("marvis/pytorch-mobilenet")
	for name, data := range map[string][]byte{
		"zip":         torchZip(arrays, zip.Store, func(p *pickler) { p.stateDict("", arrays) }),
		"legacy":      torchLegacy(arrays, func(p *pickler) { p.stateDict("", arrays) }),
		"safetensors": safetensorsFile(arrays),
		"Keras":       smallKeras(2).h5(false),
		".keras":      smallKeras(3).keras(),
	} {
		if _, err := checkpoint.Read(data, checkpoint.Options{}); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for n := 0; n < len(data); n += 1 + len(data)/500 {
			if _, err := checkpoint.Read(data[:n], checkpoint.Options{}); err == nil {
				t.Errorf("%s: %d bytes of %d are read", name, n, len(data))
			}
		}
	}
}
