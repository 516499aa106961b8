// Gen makes instructions.go, the methods of wasmasm.Func that append one instruction, from the table instructions.txt. Both lie in the
// working directory, which "go generate" sets to that of core/wasmasm.
package main

import (
	"log"
	"os"
)

func main() {
	log.SetFlags(0)
	table, err := os.ReadFile("instructions.txt")
	if err != nil {
		log.Fatal(err)
	}
	source, err := generate(string(table))
	if err != nil {
		log.Fatalf("instructions.txt:%v", err)
	}
	if err := os.WriteFile("instructions.go", source, 0o666); err != nil {
		log.Fatal(err)
	}
}
