package main

import "testing"

func TestNotice(t *testing.T) {
	got := notice([]component{
		{kind: "library", name: "example.org/a", version: "v1.0.0", where: "tab.wasm", license: "MIT", text: "\nMIT, by A\n"},
		{kind: "library", name: "example.org/b", version: "v2.0.0", where: "tab.wasm", license: "MIT", text: "MIT, by B\n"},
		{kind: "file", name: "labels", where: "l.txt", source: "example.org/a@v1.0.0/l.txt", license: "MIT", text: "\nMIT, by A\n"},
		{kind: "file", name: "cat", where: "cat.jpg", author: "C", license: "CC BY 3.0", url: "https://example.org/by"},
		{kind: "machine-learning-model", name: "own", where: "own.tflite"},
	})
	const want = `Depthwise is licensed under the Apache License, Version 2.0. The page and its Cloudflare Worker hold what others
made: each is named below with its licence, by a number where the text has to go with it. The texts follow.

Go module example.org/a v1.0.0
    in tab.wasm
    licence: MIT [1]

Go module example.org/b v2.0.0
    in tab.wasm
    licence: MIT [2]

Labels
    in l.txt
    from example.org/a@v1.0.0/l.txt
    licence: MIT [1]

Photo cat
    in cat.jpg
    by C
    licence: CC BY 3.0, https://example.org/by

Weights own
    in own.tflite
    licence: not told to the build, for it was put in by hand

--------------------------------------------------------------------------------
[1]

MIT, by A

--------------------------------------------------------------------------------
[2]

MIT, by B
`
	if got != want {
		t.Errorf("got\n%s", got)
	}
}
