package checkpoint

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// pickles are one object, pickled by Python 3.11 in protocols 0 to 5.
var pickles = []string{
	"ccollections\nOrderedDict\np0\n(tRp1\nVn\np2\n(lp3\nI0\naI1\naI-2\naI300\naI70000\naI-2147483648\naL1099511627776L\naL-1099511627776L\nasVf\np4\n(F1.5\nF-0.25\ntp5\nsVt\np6\n(I01\nI00\nNtp7\nsVs\np8\nVplain\np9\nsVe\np10\n((t(lp11\n(dp12\ntp13\nsVd\np14\n(dp15\nVk\np16\n(Vx\np17\nVy\np18\ntp19\nsI5\nVfive\np20\nssVagain\np21\ng15\nsVfour\np22\n(I1\nI2\nI3\nI4\ntp23\ns.",
	"ccollections\nOrderedDict\nq\x00)Rq\x01(X\x01\x00\x00\x00nq\x02]q\x03(K\x00K\x01J\xfe\xff\xff\xffM,\x01Jp\x11\x01\x00J\x00\x00\x00\x80L1099511627776L\nL-1099511627776L\neX\x01\x00\x00\x00fq\x04(G?\xf8\x00\x00\x00\x00\x00\x00G\xbf\xd0\x00\x00\x00\x00\x00\x00tq\x05X\x01\x00\x00\x00tq\x06(I01\nI00\nNtq\x07X\x01\x00\x00\x00sq\x08X\x05\x00\x00\x00\xc3\xa9\xe4\xb8\xadq\tX\x01\x00\x00\x00eq\n()]q\x0b}q\x0ctq\rX\x01\x00\x00\x00dq\x0e}q\x0f(X\x01\x00\x00\x00kq\x10(X\x01\x00\x00\x00xq\x11X\x01\x00\x00\x00yq\x12tq\x13K\x05X\x04\x00\x00\x00fiveq\x14uX\x05\x00\x00\x00againq\x15h\x0fX\x04\x00\x00\x00fourq\x16(K\x01K\x02K\x03K\x04tq\x17u.",
	"\x80\x02ccollections\nOrderedDict\nq\x00)Rq\x01(X\x01\x00\x00\x00nq\x02]q\x03(K\x00K\x01J\xfe\xff\xff\xffM,\x01Jp\x11\x01\x00J\x00\x00\x00\x80\x8a\x06\x00\x00\x00\x00\x00\x01\x8a\x06\x00\x00\x00\x00\x00\xffeX\x01\x00\x00\x00fq\x04G?\xf8\x00\x00\x00\x00\x00\x00G\xbf\xd0\x00\x00\x00\x00\x00\x00\x86q\x05X\x01\x00\x00\x00tq\x06\x88\x89N\x87q\x07X\x01\x00\x00\x00sq\x08X\x05\x00\x00\x00\xc3\xa9\xe4\xb8\xadq\tX\x01\x00\x00\x00eq\n)]q\x0b}q\x0c\x87q\rX\x01\x00\x00\x00dq\x0e}q\x0f(X\x01\x00\x00\x00kq\x10X\x01\x00\x00\x00xq\x11X\x01\x00\x00\x00yq\x12\x86q\x13K\x05X\x04\x00\x00\x00fiveq\x14uX\x05\x00\x00\x00againq\x15h\x0fX\x04\x00\x00\x00fourq\x16(K\x01K\x02K\x03K\x04tq\x17u.",
	"\x80\x03ccollections\nOrderedDict\nq\x00)Rq\x01(X\x01\x00\x00\x00nq\x02]q\x03(K\x00K\x01J\xfe\xff\xff\xffM,\x01Jp\x11\x01\x00J\x00\x00\x00\x80\x8a\x06\x00\x00\x00\x00\x00\x01\x8a\x06\x00\x00\x00\x00\x00\xffeX\x01\x00\x00\x00fq\x04G?\xf8\x00\x00\x00\x00\x00\x00G\xbf\xd0\x00\x00\x00\x00\x00\x00\x86q\x05X\x01\x00\x00\x00tq\x06\x88\x89N\x87q\x07X\x01\x00\x00\x00sq\x08X\x05\x00\x00\x00\xc3\xa9\xe4\xb8\xadq\tX\x01\x00\x00\x00eq\n)]q\x0b}q\x0c\x87q\rX\x01\x00\x00\x00dq\x0e}q\x0f(X\x01\x00\x00\x00kq\x10X\x01\x00\x00\x00xq\x11X\x01\x00\x00\x00yq\x12\x86q\x13K\x05X\x04\x00\x00\x00fiveq\x14uX\x05\x00\x00\x00againq\x15h\x0fX\x04\x00\x00\x00fourq\x16(K\x01K\x02K\x03K\x04tq\x17u.",
	"\x80\x04\x95\xc5\x00\x00\x00\x00\x00\x00\x00\x8c\x0bcollections\x94\x8c\x0bOrderedDict\x94\x93\x94)R\x94(\x8c\x01n\x94]\x94(K\x00K\x01J\xfe\xff\xff\xffM,\x01Jp\x11\x01\x00J\x00\x00\x00\x80\x8a\x06\x00\x00\x00\x00\x00\x01\x8a\x06\x00\x00\x00\x00\x00\xffe\x8c\x01f\x94G?\xf8\x00\x00\x00\x00\x00\x00G\xbf\xd0\x00\x00\x00\x00\x00\x00\x86\x94\x8c\x01t\x94\x88\x89N\x87\x94\x8c\x01s\x94\x8c\x05\xc3\xa9\xe4\xb8\xad\x94\x8c\x01e\x94)]\x94}\x94\x87\x94\x8c\x01d\x94}\x94(\x8c\x01k\x94\x8c\x01x\x94\x8c\x01y\x94\x86\x94K\x05\x8c\x04five\x94u\x8c\x05again\x94h\x11\x8c\x04four\x94(K\x01K\x02K\x03K\x04t\x94u.",
	"\x80\x05\x95\xc5\x00\x00\x00\x00\x00\x00\x00\x8c\x0bcollections\x94\x8c\x0bOrderedDict\x94\x93\x94)R\x94(\x8c\x01n\x94]\x94(K\x00K\x01J\xfe\xff\xff\xffM,\x01Jp\x11\x01\x00J\x00\x00\x00\x80\x8a\x06\x00\x00\x00\x00\x00\x01\x8a\x06\x00\x00\x00\x00\x00\xffe\x8c\x01f\x94G?\xf8\x00\x00\x00\x00\x00\x00G\xbf\xd0\x00\x00\x00\x00\x00\x00\x86\x94\x8c\x01t\x94\x88\x89N\x87\x94\x8c\x01s\x94\x8c\x05\xc3\xa9\xe4\xb8\xad\x94\x8c\x01e\x94)]\x94}\x94\x87\x94\x8c\x01d\x94}\x94(\x8c\x01k\x94\x8c\x01x\x94\x8c\x01y\x94\x86\x94K\x05\x8c\x04five\x94u\x8c\x05again\x94h\x11\x8c\x04four\x94(K\x01K\x02K\x03K\x04t\x94u.",
}

// plain writes an object out.
func plain(v any) string {
	switch v := v.(type) {
	case *dict:
		var parts []string
		for i, k := range v.keys {
			parts = append(parts, plain(k)+":"+plain(v.values[i]))
		}
		return "{" + strings.Join(parts, " ") + "}"
	case *list:
		return "[" + plain(tuple(v.items)) + "]"
	case tuple:
		var parts []string
		for _, item := range v {
			parts = append(parts, plain(item))
		}
		return "(" + strings.Join(parts, " ") + ")"
	}
	return fmt.Sprint(v)
}

func TestPickle(t *testing.T) {
	const want = "{n:[(0 1 -2 300 70000 -2147483648 1099511627776 -1099511627776)] f:(1.5 -0.25) t:(true false <nil>) s:é中 e:(() [()] {}) " +
		"d:{k:(x y) 5:five} again:{k:(x y) 5:five} four:(1 2 3 4)}"
	f := &torchFile{}
	for protocol, data := range pickles {
		v, n, err := unpickle([]byte(data+"more"), f.build)
		got := strings.ReplaceAll(plain(v), "s:plain", "s:é中")
		if err != nil || n != len(data) || got != want {
			t.Errorf("protocol %d: %d of %d bytes, %v\n%s\n%s", protocol, n, len(data), err, got, want)
		}
		for n := range data {
			if _, _, err := unpickle([]byte(data[:n]), f.build); err == nil {
				t.Errorf("protocol %d: %d bytes of %d are read", protocol, n, len(data))
			}
		}
	}
}

// A tensor is read in the order of its axes, wherever its elements stand.
func TestStrides(t *testing.T) {
	storage := func() ([]byte, error) {
		var data []byte
		for i := range 40 {
			data = append(data, byte(i), 0) // float16: i·2^-24
		}
		return data, nil
	}
	at := func(shape, strides []int, offset int) *tensor {
		return &tensor{name: "t", shape: shape, strides: strides, offset: offset, kind: float16Number, load: storage}
	}
	for _, c := range []struct {
		t    *tensor
		want []float64
	}{
		{at([]int{2, 3}, []int{3, 1}, 0), []float64{0, 1, 2, 3, 4, 5}},
		{at([]int{2, 3}, []int{1, 2}, 7), []float64{7, 9, 11, 8, 10, 12}}, // channels_last
		{at([]int{2, 3}, []int{3, 1}, 1).transposed(1, 0), []float64{1, 4, 2, 5, 3, 6}},
		{at(nil, nil, 3), []float64{3}},
	} {
		values, err := c.t.values()
		for i := range values {
			values[i] *= 1 << 24
		}
		if err != nil || !slices.Equal(values, c.want) {
			t.Errorf("shape %v, strides %v: %v, %v; want %v", c.t.shape, c.t.strides, values, err, c.want)
		}
	}
	for _, wrong := range []*tensor{
		at([]int{2, 3}, []int{30, 5}, 0), at([]int{41}, []int{0}, 0), at([]int{2}, []int{-1}, 3), at([]int{2}, []int{1}, 39), at([]int{2}, []int{1}, -1),
		at([]int{0}, []int{1}, 0), at([]int{2}, nil, 0), at([]int{1 << 20, 1 << 20, 1 << 20}, []int{0, 0, 0}, 0),
	} {
		if values, err := wrong.values(); err == nil {
			t.Errorf("shape %v, strides %v, offset %d: %v", wrong.shape, wrong.strides, wrong.offset, values)
		}
	}
}

func TestNatural(t *testing.T) {
	names := []string{"conv2d_10", "a.2.b", "conv2d", "a.10.b", "conv2d_2", "a.010.c", "a.2", "b"}
	slices.SortFunc(names, compareNatural)
	if want := []string{"a.2", "a.2.b", "a.10.b", "a.010.c", "b", "conv2d", "conv2d_2", "conv2d_10"}; !slices.Equal(names, want) {
		t.Errorf("%q, want %q", names, want)
	}
}
