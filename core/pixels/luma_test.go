package pixels

import (
	"bytes"
	"testing"
)

func TestLuma(t *testing.T) {
	rgb := []byte{
		0, 0, 0, 255, 255, 255, 255, 0, 0, 0, 255, 0, 0, 0, 255, // 0, 255, 76.245, 149.685, 29.07
		10, 20, 30, // 18.15
		255, 247, 169, // 240.49999999999997 in JavaScript, where the exact sum is 240.5
		1, 2, // less than a pixel
	}
	want := []byte{0, 255, 76, 150, 29, 18, 240}
	if got := Luma(rgb); !bytes.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	for v := range 256 {
		if got := Luma([]byte{byte(v), byte(v), byte(v)}); got[0] != byte(v) {
			t.Errorf("the luma of the grey %d is %d", v, got[0])
		}
	}
}
