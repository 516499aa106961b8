package heic

import (
	"bytes"
	"encoding/binary"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"mobilenet/core/picture/internal/heif"
)

var update = flag.Bool("update", false, "write the files of testdata that are made of others")

// testdata reads a file of the folder.
func testdata(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// boxOf is a box as ISO/IEC 14496-12 has it.
func boxOf(name string, content ...[]byte) []byte {
	all := bytes.Join(content, nil)
	return append(append(binary.BigEndian.AppendUint32(nil, uint32(8+len(all))), name...), all...)
}

func u8(v ...byte) []byte { return v }

func u16(v ...int) (b []byte) {
	for _, v := range v {
		b = binary.BigEndian.AppendUint16(b, uint16(v))
	}
	return b
}

func u32(v ...int) (b []byte) {
	for _, v := range v {
		b = binary.BigEndian.AppendUint32(b, uint32(v))
	}
	return b
}

func ispe(w, h int) []byte     { return boxOf("ispe", u32(0, w, h)) }
func irot(quarters int) []byte { return boxOf("irot", u8(byte(quarters))) } // to the left
func imir(axis int) []byte     { return boxOf("imir", u8(byte(axis))) }

func nclx(transfer, matrix int, full byte) []byte {
	return boxOf("colr", []byte("nclx"), u16(1, transfer, matrix), u8(full<<7))
}

// A made file has the stream of another one, once or as the tiles of a grid.
type made struct {
	brand      string
	config     []byte // the box hvcC
	stream     []byte
	w, h       int // of the stream's pictures
	columns    int // of a grid; 0: there is none
	rows       int
	gridW      int
	gridH      int
	kind       string   // of the main item, where that is another than hvc1 or grid
	properties [][]byte // of the main picture, after its size
	extra      []byte   // boxes in meta
}

// from takes the stream of a file with one picture.
func from(t testing.TB, name string) made {
	t.Helper()
	file := testdata(t, name)
	c, err := heif.Read(file)
	if err != nil {
		t.Fatal(err)
	}
	top, err := heif.Parts(file)
	if err != nil {
		t.Fatal(err)
	}
	it := c.Items[c.Primary]
	m := made{brand: "heic", config: boxOf("hvcC", heif.Find(it.Properties, "hvcC")), stream: heif.Find(top, "mdat")}
	m.w, m.h = it.Extent()
	return m
}

func (m made) bytes() []byte {
	ftyp := boxOf("ftyp", []byte(m.brand), u32(0), []byte("mif1heic"))
	tiles := m.columns * m.rows
	items := max(1, tiles+min(tiles, 1)) // tiles, then the grid
	primary := items
	var infe, ipma, references []byte
	properties := append(bytes.Clone(m.config), ispe(m.w, m.h)...) // 1 and 2
	own := []byte{}
	next := byte(3)
	if tiles > 0 {
		properties = append(properties, ispe(m.gridW, m.gridH)...)
		own = append(own, next)
		next++
	}
	for _, p := range m.properties {
		properties = append(properties, p...)
		own = append(own, next)
		next++
	}
	for id := 1; id <= items; id++ {
		kind, has := "hvc1", []byte{0x81, 2}
		if id == primary {
			if tiles > 0 {
				kind, has = "grid", nil
			}
			if m.kind != "" {
				kind = m.kind
			}
			has = append(has, own...)
		} else {
			references = append(references, u16(id)...)
		}
		infe = append(infe, boxOf("infe", u32(2<<24), u16(id, 0), []byte(kind), u8(0))...)
		ipma = append(append(append(ipma, u16(id)...), byte(len(has))), has...)
	}
	grid := append([]byte{0, 0, byte(m.rows - 1), byte(m.columns - 1)}, u16(m.gridW, m.gridH)...)
	meta := func(start int) []byte {
		var places []byte
		for id := 1; id <= items; id++ {
			at, length := start, len(m.stream)
			if id == primary && tiles > 0 {
				at, length = start+len(m.stream), len(grid)
			}
			places = append(append(places, u16(id, 0, 1)...), u32(at, length)...)
		}
		iref := []byte{}
		if tiles > 0 {
			iref = boxOf("iref", u32(0), boxOf("dimg", u16(primary, tiles), references))
		}
		return boxOf("meta", u32(0), boxOf("hdlr", u32(0, 0), []byte("pict"), u32(0, 0, 0), u8(0)),
			boxOf("pitm", u32(0), u16(primary)),
			boxOf("iloc", u32(0), u8(0x44, 0), u16(items), places),
			boxOf("iinf", u32(0), u16(items), infe), iref,
			boxOf("iprp", boxOf("ipco", properties), boxOf("ipma", u32(0), u32(items), ipma)), m.extra)
	}
	start := len(ftyp) + len(meta(0)) + 8
	data := m.stream
	if tiles > 0 {
		data = append(bytes.Clone(data), grid...)
	}
	return bytes.Join([][]byte{ftyp, meta(start), boxOf("mdat", data)}, nil)
}

// rotated and grid are what the tests in a browser open, too.
func rotated(t testing.TB) []byte {
	m := from(t, "upright.heic")
	m.properties = [][]byte{irot(3)}
	return m.bytes()
}

func gridOf(t testing.TB) made {
	m := from(t, "tile.heic")
	m.columns, m.rows, m.gridW, m.gridH = 3, 2, 150, 100
	return m
}

// The files that are made are those in testdata.
func TestMadeFiles(t *testing.T) {
	for name, want := range map[string][]byte{"rotated.heic": rotated(t), "grid.heic": gridOf(t).bytes()} {
		if *update {
			if err := os.WriteFile(filepath.Join("testdata", name), want, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if !bytes.Equal(testdata(t, name), want) {
			t.Errorf("testdata/%s is not what is made: go test -run MadeFiles -update", name)
		}
	}
}
