package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// Every method and error code of package contract is generated, and every method is exported by wasm/tab.
func TestComplete(t *testing.T) {
	var names []string
	for _, m := range methods {
		names = append(names, m.name)
	}
	for of, have := range map[string][]string{"Method": names, "ErrorCode": errorCodes} {
		want := constants(t, "../contract.go", of)
		if len(want) == 0 {
			t.Fatalf("no constants of type %s", of)
		}
		slices.Sort(want)
		if have = slices.Sorted(slices.Values(have)); !slices.Equal(have, want) {
			t.Errorf("%s: %q are generated, %q declared", of, have, want)
		}
	}
	var program strings.Builder
	for _, name := range []string{"../../main.go", "../../resize.go"} {
		source, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		program.Write(source)
	}
	for _, name := range constantNames(t, "../contract.go", "Method") {
		if !strings.Contains(program.String(), "export(p, api, contract."+name+",") {
			t.Errorf("wasm/tab exports no %s", name)
		}
	}
}

// eachConstant calls do for the constants of a file whose type has this name.
func eachConstant(t *testing.T, file, of string, do func(name, value string)) {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range f.Decls {
		g, ok := d.(*ast.GenDecl)
		if !ok || g.Tok != token.CONST {
			continue
		}
		for _, s := range g.Specs {
			v := s.(*ast.ValueSpec)
			typ := v.Type
			if generic, ok := typ.(*ast.IndexListExpr); ok {
				typ = generic.X
			}
			if id, ok := typ.(*ast.Ident); !ok || id.Name != of {
				continue
			}
			value, err := strconv.Unquote(v.Values[0].(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			do(v.Names[0].Name, value)
		}
	}
}

func constants(t *testing.T, file, of string) (values []string) {
	t.Helper()
	eachConstant(t, file, of, func(_, value string) { values = append(values, value) })
	return values
}

func constantNames(t *testing.T, file, of string) (names []string) {
	t.Helper()
	eachConstant(t, file, of, func(name, _ string) { names = append(names, name) })
	return names
}
