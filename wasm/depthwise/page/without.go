//go:build !page

package page

var archive []byte
