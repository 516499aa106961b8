module mobilenet

go 1.26.0

require (
	github.com/andybalholm/brotli v1.2.8 // indirect
	github.com/bep/imagemeta v1.0.1 // indirect
	github.com/evanw/esbuild v0.28.2 // indirect
	github.com/google/flatbuffers v25.12.19+incompatible // indirect
	github.com/syumai/workers v0.31.0 // indirect
	github.com/tetratelabs/wazero v1.12.0 // indirect
	golang.org/x/image v0.47.0 // indirect
	golang.org/x/sys v0.49.0 // indirect
	golang.org/x/term v0.47.0 // indirect
	golang.org/x/text v0.43.0 // indirect
)
