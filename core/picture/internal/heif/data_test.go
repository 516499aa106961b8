package heif

import (
	"bytes"
	"testing"
)

// An item's data are where iloc says, in each of its versions: in the file or in the box idat, in one piece or more, or to the end.
func TestData(t *testing.T) {
	file, own := []byte("0123456789"), []byte("abcdef")
	for name, c := range map[string]struct {
		places []byte
		want   string
	}{
		"one piece":                {[]byte{0, 0, 0, 0, 0x44, 0, 0, 1, 0, 7, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3}, "234"},
		"from a base, two pieces":  {[]byte{0, 0, 0, 0, 0x11, 0x10, 0, 1, 0, 7, 0, 0, 4, 0, 2, 0, 1, 2, 2}, "467"},
		"behind another":           {[]byte{0, 0, 0, 0, 0x11, 0, 0, 2, 0, 1, 0, 0, 0, 1, 0, 1, 0, 7, 0, 0, 0, 1, 5, 1}, "5"},
		"in idat, with indexes":    {[]byte{1, 0, 0, 0, 0x11, 0x01, 0, 1, 0, 7, 0, 1, 0, 0, 0, 1, 9, 1, 2}, "bc"},
		"long numbers, to the end": {[]byte{2, 0, 0, 0, 0x80, 0, 0, 0, 0, 1, 0, 0, 0, 7, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 7}, "789"},
		"beyond the end":           {[]byte{0, 0, 0, 0, 0x11, 0, 0, 1, 0, 7, 0, 0, 0, 1, 8, 3}, ""},
		"before the start":         {[]byte{0, 0, 0, 0, 0x81, 0, 0, 1, 0, 7, 0, 0, 0, 1, 255, 255, 255, 255, 255, 255, 255, 255, 3}, ""},
		"more than there is":       {[]byte{0, 0, 0, 0, 0x11, 0, 0, 1, 0, 7, 0, 0, 0, 2, 0, 9, 0, 9}, ""},
		"of another item":          {[]byte{1, 0, 0, 0, 0x11, 0, 0, 1, 0, 7, 0, 2, 0, 0, 0, 1, 0, 1}, ""},
		"of another number":        {[]byte{0, 0, 0, 0, 0x11, 0, 0, 1, 0, 8, 0, 0, 0, 1, 0, 1}, ""},
		"cut short":                {[]byte{0, 0, 0, 0, 0x44, 0, 0, 1, 0, 7, 0, 0, 0, 1, 0}, ""},
		"not there":                {nil, ""},
	} {
		got := (&Container{places: c.places, own: own}).Data(file, 7)
		if string(got) != c.want || (got == nil) != (c.want == "") {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	b := Make("free", []byte("ab"), nil, []byte("c"))
	if all, err := Parts(b); err != nil || len(all) != 1 || all[0].Name != "free" || !bytes.Equal(Find(all, "free"), []byte("abc")) {
		t.Errorf("%v, %v", all, err)
	}
}
