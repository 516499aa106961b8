package picture

import (
	"encoding/binary"
	"errors"
	"hash/crc32"
	"math"
	"runtime"
	"slices"
	"testing"
)

// FuzzDecode decodes files that are no good: there is a sound picture or an error of a kind that is known, within the memory that
// is allowed. A PNG is decoded with the right checksums too, without which the decoder looks at nothing that was altered.
func FuzzDecode(f *testing.F) {
	for _, name := range []string{"baseline.jpg", "progressive.jpg", "lossy.webp", "lossless.webp", "alpha.webp"} {
		f.Add(testdata(f, name))
	}
	for _, format := range []string{"png", "gif", "bmp", "tiff"} {
		f.Add(encode(f, format, fields(9, 5)))
	}
	four := []byte{0, 0, 0, 0, 255, 0, 0, 0, 0, 0, 255, 0}
	f.Add(bmpOf(40, 3, 2, 8, 1, 12, append(four, 2, 1, 1, 2, 0, 0, 0, 3, 2, 1, 0, 0)...))
	f.Add(bmpOf(40, 3, 2, 4, 2, 10, append(four, 3, 0x12, 0, 0, 0, 3, 0x20, 0x10, 0, 1)...))
	f.Add(bmpOf(40, 2, 1, 16, 3, 4, append(masks(0xf800, 0x7e0, 0x1f), 1, 2, 3, 4)...))
	f.Add(bmpOf(12, 2, 1, 8, 0, 4, 0, 0, 0, 255, 0, 0, 0, 0, 255, 1, 2, 0, 0))
	f.Add(tiffOf(16, 16, 8, deflated(make([]byte, 256))))
	f.Add(tiffOf(16, 16, 1, []byte{0xff, 0xff, 0x00, 0x10, 0x01}, 0x0103, 3, 1, 4))
	f.Add(insert(encode(f, "png", fields(9, 5)), chunk("iCCP", append([]byte("x\x00\x00"), deflated(tableProfile("RGB XYZ ", newTables()))...))))
	f.Add(insert(encode(f, "png", fields(9, 5)), append(chunk("acTL", make([]byte, 8)), chunk("fcTL", make([]byte, 26))...)))
	f.Fuzz(func(t *testing.T, file []byte) {
		limits := Limits{Bytes: 1 << 20, Pixels: 1 << 16, Memory: 1 << 20}
		decode(t, file, limits)
		if summed := withChecksums(file); summed != nil {
			decode(t, summed, limits)
		}
	})
}

// decode decodes a file and checks what comes.
func decode(t *testing.T, file []byte, limits Limits) {
	t.Helper()
	const beside = 1 << 20 // decoders' tables and buffers
	err := error(nil)
	took := allocated(uint64(limits.Memory+beside), func() {
		m, e := Decode(file, limits)
		if err = e; err == nil {
			err = m.Check()
		}
	})
	if took > uint64(limits.Memory+beside) {
		t.Errorf("decoding %d bytes took %d bytes of memory, where %d are allowed", len(file), took, limits.Memory)
	}
	if err != nil && !errors.Is(err, ErrBroken) && !errors.Is(err, ErrUnsupported) && !errors.Is(err, ErrTooLarge) {
		t.Errorf("an error of no kind: %v", err)
	}
}

// allocated is the memory that do takes, freed or not. Where it is more than most, do is done again: what other goroutines take is
// counted too, but not each time.
func allocated(most uint64, do func()) uint64 {
	least := uint64(math.MaxUint64)
	for try := 0; try < 5 && least > most; try++ {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		do()
		runtime.ReadMemStats(&after)
		least = min(least, after.TotalAlloc-before.TotalAlloc)
	}
	return least
}

// withChecksums gives a PNG's chunks the checksums that their content has; nil: the file is no PNG.
func withChecksums(file []byte) []byte {
	if c, err := sniff(file); err != nil || c != &pngCodec {
		return nil
	}
	file = slices.Clone(file)
	for at := 8; at+12 <= len(file); {
		end := int64(at) + 8 + int64(binary.BigEndian.Uint32(file[at:]))
		if end+4 > int64(len(file)) {
			break
		}
		binary.BigEndian.PutUint32(file[end:], crc32.ChecksumIEEE(file[at+4:end]))
		at = int(end) + 4
	}
	return file
}

// FuzzProfile reads profiles that are no good, and converts by what comes of them.
func FuzzProfile(f *testing.F) {
	f.Add(profileOf(p3Columns, curvCurve(100, 200, 40000, 65535)), false)
	f.Add(tableProfile("RGB XYZ ", newTables()), false)
	f.Add(tableProfile("RGB Lab ", oldTables([]uint16{0, 65535}, make([]uint16, 24))), false)
	f.Add(tableProfile("GRAYXYZ ", curvCurve()), true)
	f.Fuzz(func(t *testing.T, profile []byte, grey bool) {
		const most = 32 << 20 // of tables, eight bytes for each that is in it
		if took := allocated(most, func() {
			if convert, _ := toSRGB(profile, grey); convert != nil {
				convert(make([]byte, 6), colors([]byte{0, 128, 255, 255, 128, 0}))
			}
		}); took > most {
			t.Errorf("a profile of %d bytes took %d", len(profile), took)
		}
	})
}
