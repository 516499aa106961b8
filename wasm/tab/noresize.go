//go:build js && wasm && !resize

package main

import "syscall/js"

// runtimeName is what reasons call the JavaScript around the program.
const runtimeName = "this browser"

// exportResize adds nothing: in a browser a canvas resizes images, and the program is 60 kB smaller. The build tag "resize" is for
// Node.js and others, which have none.
func exportResize(*program, js.Value) {}
