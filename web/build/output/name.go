package output

import (
	"crypto/sha256"
	"encoding/hex"
	"path"
	"regexp"
	"strings"
)

// SHA256 is the hash of data, in hexadecimal.
func SHA256(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// HashedName puts the first 8 digits of a file's SHA-256, in hexadecimal, before the extension of name, so that the file can be
// cached forever. The separator before them is "-" for what the build makes, as in esbuild's own names, and "." for what is
// fetched.
func HashedName(name, separator, sha256 string) string {
	ext := path.Ext(name)
	return strings.TrimSuffix(name, ext) + separator + sha256[:8] + ext
}

// hashed matches names of HashedName, and those that esbuild makes with a hash of its own, which is in base 32.
var hashed = regexp.MustCompile(`[-.]([0-9a-f]{8}|[2-7A-Z]{8})\.[a-z0-9.]+$`)

// Hashed reports whether a file's name changes with its content.
func Hashed(name string) bool { return hashed.MatchString(path.Base(name)) }
