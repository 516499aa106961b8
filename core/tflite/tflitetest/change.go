package tflitetest

import (
	"math"
	"reflect"
)

// Change alters g as choices say, a byte for each decision; where they end, the rest are 0. Each change walks from the graph
// down to a number, which becomes one that a careless reader would trip over, or to a list, which loses, gains or repeats an entry.
// Fuzzing reaches with it what flipped bytes hardly do: files that are sound but for what they say.
func Change(g *Graph, choices []byte) {
	c := choice(choices)
	for len(c) > 0 {
		c.change(reflect.ValueOf(g).Elem())
	}
	g.Subgraphs = min(g.Subgraphs, 3) // each is written
}

// choice is a list of decisions still to come.
type choice []byte

// next is the next decision, one of n.
func (c *choice) next(n int) int {
	if len(*c) == 0 {
		return 0
	}
	v := int((*c)[0])
	*c = (*c)[1:]
	if n > 256 && len(*c) > 0 {
		v |= int((*c)[0]) << 8
		*c = (*c)[1:]
	}
	return v % n
}

// change alters v or, where it has parts, one of them.
func (c *choice) change(v reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		c.change(v.Field(c.next(v.NumField())))
	case reflect.Slice:
		c.changeList(v)
	case reflect.Bool:
		v.SetBool(!v.Bool())
	case reflect.String:
		v.SetString(v.String() + "?")
	case reflect.Float32:
		f := v.Float()
		values := []float64{0, -f, f * 1.001, f * 2, f / 2, f * 1e4, f / 1e4, 1, math.MaxFloat32, 1e-38, 1e-45, math.Inf(1), math.NaN()}
		v.SetFloat(values[c.next(len(values))])
	case reflect.Uint8:
		v.SetUint(uint64(c.next(256)))
	default: // a whole number: of narrower types, SetInt takes the low bits
		i := v.Int()
		values := []int64{0, 1, -1, 2, 3, i + 1, i - 1, -i, 2 * i, 9, 127, 128, 255, 256, 1<<16 - 1, 1 << 24, 1 << 30,
			math.MaxInt32, math.MinInt32, math.MaxInt64, math.MinInt64}
		v.SetInt(values[c.next(len(values))])
	}
}

// changeList alters an entry of the list v, or their number.
func (c *choice) changeList(v reflect.Value) {
	const most = 1 << 16 // so that the file stays small
	n, what := v.Len(), c.next(8)
	switch {
	case what == 0:
		v.SetZero()
	case n == 0:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
	case what == 1: // one less
		i := c.next(n)
		v.Set(reflect.AppendSlice(v.Slice3(0, i, i), v.Slice(i+1, n)))
	case what == 2 && n < most: // one again, at the end
		v.Set(reflect.Append(v, v.Index(c.next(n))))
	case what == 3 && n < most: // all again
		v.Set(reflect.AppendSlice(v, v))
	case what == 4: // one for another
		v.Index(c.next(n)).Set(v.Index(c.next(n)))
	default:
		c.change(v.Index(c.next(n)))
	}
}
