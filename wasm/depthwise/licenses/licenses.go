// Package licenses has the licences of all that the command is linked from, for whoever passes the program on.
package licenses

import _ "embed"

//go:generate go run ./generate

// Text is a list of modules, each with its licence.
//
//go:embed licenses.txt
var Text string
