// Generate writes both ends of package contract: "go generate ./wasm/tab/contract" runs it.
package main

import (
	"log"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"unicode"
	"unicode/utf8"

	"mobilenet/wasm/tab/contract"
)

// methods are all of contract's.
var methods = []method{
	describe(contract.Open), describe(contract.Resize), describe(contract.Use), describe(contract.Classify), describe(contract.Heatmap),
	describe(contract.Activations), describe(contract.Weights), describe(contract.Run), describe(contract.Profile),
	describe(contract.Memory),
	describe(contract.Identify),
}

var errorCodes = []string{
	string(contract.BadArgument), string(contract.ModelCorrupt), string(contract.ModelUnsupported),
	string(contract.WorkerFailed), string(contract.Aborted),
}

type method struct {
	name         string
	args, result reflect.Type
}

func describe[Args, Result any](m contract.Method[Args, Result]) method {
	return method{string(m), reflect.TypeFor[Args]().Elem(), reflect.TypeFor[Result]().Elem()}
}

// files are what is generated, by their path from the repository's root.
func files() map[string]string {
	return map[string]string{"web/mobilenet/contract.ts": typeScript(), "wasm/tab/convert.go": conversions()}
}

func main() {
	for name, content := range files() {
		if err := os.WriteFile(filepath.Join("../../..", name), []byte(content), 0o644); err != nil {
			log.Fatal(err)
		}
	}
}

// optional reports whether a nil slice in this field is undefined, scratch whether its memory is used again.
func optional(f reflect.StructField) bool { return f.Tag.Get("js") == "optional" }
func scratch(f reflect.StructField) bool  { return f.Tag.Get("js") == "scratch" }

// key is the key of a field in JavaScript: "TopK" is topK, "RGBA" is rgba.
func key(field string) string {
	if strings.ToUpper(field) == field {
		return strings.ToLower(field)
	}
	first, size := utf8.DecodeRuneInString(field)
	return string(unicode.ToLower(first)) + field[size:]
}
