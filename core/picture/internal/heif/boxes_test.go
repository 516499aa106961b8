package heif

import (
	"runtime"
	"testing"
)

// Whether there is alpha is told without a copy of what a hostile file has as the name of its auxiliary pictures, for each of them.
func TestHasAlpha(t *testing.T) {
	long := []Box{{"auxC", make([]byte, 1<<20)}}
	c := &Container{Primary: 1, Items: map[uint32]*Item{1: {Kind: "hvc1"}}}
	for id := uint32(2); id < 2000; id++ {
		c.Items[id] = &Item{AlphaOf: []uint32{3, 3, 1}, Properties: long}
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	has := c.HasAlpha()
	runtime.ReadMemStats(&after)
	if took := after.TotalAlloc - before.TotalAlloc; has || took > 16<<20 {
		t.Errorf("alpha %v, %d bytes", has, took)
	}
	c.Items[7].Properties = []Box{{"auxC", []byte("\x00\x00\x00\x00urn:mpeg:mpegB:cicp:systems:auxiliary:alpha\x00")}}
	if !c.HasAlpha() {
		t.Error("alpha is not seen")
	}
	c.Items[7].AlphaOf = []uint32{3}
	if c.HasAlpha() {
		t.Error("that of another is taken for the main picture's")
	}
}

// Several items are read at once, and copies of pieces are no more than the file.
func TestAllData(t *testing.T) {
	file := []byte("0123456789")
	places := []byte{0, 0, 0, 0, 0x11, 0, 0, 3,
		0, 1, 0, 0, 0, 2, 0, 4, 4, 4, // two pieces of 4
		0, 2, 0, 0, 0, 2, 0, 4, 4, 4,
		0, 3, 0, 0, 0, 1, 0, 9}
	all := (&Container{places: places}).AllData(file, 1, 2, 3, 4)
	if len(all) != 2 || string(all[1]) != "01234567" || string(all[3]) != "012345678" {
		t.Errorf("%v", all)
	}
}
