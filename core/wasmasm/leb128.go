package wasmasm

// appendUnsigned appends v as unsigned LEB128: seven bits a byte, least significant first.
func appendUnsigned(b []byte, v uint64) []byte {
	for v >= 0x80 {
		b = append(b, byte(v)|0x80)
		v >>= 7
	}
	return append(b, byte(v))
}

// appendSigned appends v as signed LEB128: the last byte's bit 6 is the sign.
func appendSigned(b []byte, v int64) []byte {
	for v < -64 || v > 63 {
		b = append(b, byte(v)|0x80)
		v >>= 7
	}
	return append(b, byte(v)&0x7f)
}

// appendBytes appends a vector of bytes: its length, then the bytes.
func appendBytes[T string | []byte](b []byte, v T) []byte {
	return append(appendUnsigned(b, uint64(len(v))), v...)
}
