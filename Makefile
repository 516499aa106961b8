# The wanted targets are below; "make help" lists them. Everything a target needs is made or fetched by it: Go is enough for serve
# and build, test and lint need Node.js too.

ADDR ?= localhost:8080
FUZZTIME ?= 20s
PREFIX ?= $(HOME)/.local
STATICCHECK = honnef.co/go/tools/cmd/staticcheck@v0.8.2
GO_JS = env GOOS=js GOARCH=wasm
INSTALLED = node_modules/.package-lock.json
NODE_MODULES = tests/$(INSTALLED)

.DEFAULT_GOAL := serve
.PHONY: serve build install image package edge edge-dev edge-deploy test test-go test-wasm test-browser test-edge test-serve test-engines test-package bench bench-serve bench-arm soak accuracy teach quantize convert fuzz lint clean help

serve: build ## get the weights, build, and serve the page and the API on http://localhost:8080 (ADDR=host:port for elsewhere)
	@go run ./wasm/depthwise serve --addr $(ADDR)

build: ## leave the deployable folder dist/ (SITE_URL=https://host/path/ for the picture beside links to the page)
	@test -e dist/index.html || echo "Building for the first time: Go compiles all that is needed, which takes a few minutes, and later seconds."
	@go list -deps ./weights/fetch ./web/build >/dev/null || { echo "Go could not get the modules that the build needs; why stands above." \
		"If it is the connection: check it, and the proxy that \"go env GOPROXY\" names, then run this again." >&2; exit 1; }
	@go run ./weights/fetch
	@test -e dist/index.html || echo "The weights are there. Compiling what builds the page ..."
	@go run ./web/build $(if $(SITE_URL),--url $(SITE_URL))

install: build ## build the command, the page inside, and put it, its manual and what shells complete under ~/.local (PREFIX=/usr/local for elsewhere)
	go run ./wasm/depthwise/build -o "$(DESTDIR)$(PREFIX)/bin/depthwise"
	@cd "$(DESTDIR)$(PREFIX)" && bin/depthwise manual share/man/man1 && \
		mkdir -p share/bash-completion/completions share/zsh/site-functions share/fish/vendor_completions.d && \
		bin/depthwise completion bash >share/bash-completion/completions/depthwise && \
		bin/depthwise completion zsh >share/zsh/site-functions/_depthwise && \
		bin/depthwise completion fish >share/fish/vendor_completions.d/depthwise.fish
	@echo 'The command is $(DESTDIR)$(PREFIX)/bin/depthwise; if a shell does not find it, that folder is not in its PATH.'

image: build ## make the container image of the server, for amd64 and arm64, in wasm/depthwise/dist
	@go -C wasm/depthwise/container/image run .

package: build ## make the npm packages dist/npm/*.tgz
	@go run ./web/build --npm

edge: build ## build the Cloudflare Worker in wasm/edge/dist
	@go run ./wasm/edge/build

edge-dev: edge wasm/edge/$(INSTALLED) ## run the Worker on this machine, on http://localhost:8787
	@exec node wasm/edge/bulk/dev.mjs

edge-deploy: edge wasm/edge/$(INSTALLED) ## deploy the Worker to your Cloudflare account (BUCKET=name to classify what is put into it)
	@node wasm/edge/bulk/deploy.mjs $(BUCKET)

test: ## run every test, and say last what each suite came to
	@node tests/suites/run.mjs go wasm browser edge serve engines package

test-go: build ## run the Go tests
	go test -timeout 30m $(GO_TEST_FLAGS) ./...

# wasm_exec.js refuses a large environment, so it gets only what the tests read. The tests of core/simd and core/native run its code by wazero,
# which would be an interpreter within WebAssembly here; those of wasm/jshost and wasm/tab run it as a tab does. core/picture/heic and avif are for
# native programs.
test-wasm: build ## run the tests of the core and of wasm/ as WebAssembly under Node.js
	$(GO_JS) go test -timeout 30m -tags resize $(GO_TEST_FLAGS) -exec "env -i 'PATH=$(PATH)' 'SHARED=$(SHARED)' 'DEPTHWISE_MODEL=$(DEPTHWISE_MODEL)' \
		'$(shell go env GOROOT)/lib/wasm/go_js_wasm_exec'" $$(go list ./core/... | grep -v -e /simd -e /native -e /picture/heic -e /picture/avif) ./wasm/jshost ./wasm/tab
	GOOS=wasip1 GOARCH=wasm go test -run SameBytes -exec "env GOOS= GOARCH= go run github.com/tetratelabs/wazero/cmd/wazero run" ./core/teach

test-browser: build $(NODE_MODULES) ## run the tests that drive a browser
	CHROMIUM="$$(tests/chromium)" && export CHROMIUM && cd tests && npm test

test-edge: edge $(NODE_MODULES) wasm/edge/$(INSTALLED) ## run the tests of the Worker, on workerd, and of other servers
	go -C wasm/edge/bulk/protocol test $(GO_TEST_FLAGS) ./...
	CHROMIUM="$$(tests/chromium)" && export CHROMIUM && cd tests && npm run test-edge

test-serve: build $(NODE_MODULES) wasm/edge/$(INSTALLED) ## ask depthwise serve what the Worker is asked, and more; its container image
	go -C wasm/depthwise/container/image test -timeout 30m $(GO_TEST_FLAGS) ./...
	go -C wasm/depthwise/container/checks test $(GO_TEST_FLAGS) ./...
	CHROMIUM="$$(tests/chromium)" && export CHROMIUM && cd tests && npm run test-serve

test-engines: build $(NODE_MODULES) ## run the page in three browser engines, and compare the bytes of all systems (ENGINES=Firefox,WebKitGTK for some)
	tests/engines/install
	CHROMIUM="$$(tests/chromium)" && export CHROMIUM && cd tests && npm run test-engines

test-package: package $(NODE_MODULES) tests/mediapipe/$(INSTALLED) ## install the npm package into apps of many tools, build them, and open them in Chromium; models that were saved, in MediaPipe
	CHROMIUM="$$(tests/chromium)" && export CHROMIUM && cd tests && npm run test-package

bench: build tests/bench/node_modules/.package-lock.json ## measure beside LiteRT.js, ONNX Runtime Web and TensorFlow.js
	CHROMIUM="$$(tests/chromium)" && export CHROMIUM && cd tests/bench && node bench.mjs

bench-serve: ## measure depthwise serve: throughput with one engine and with one a core, and times at 25 a second (SECONDS=10 each)
	@go -C tests/serve/load run . --seconds $(or $(SECONDS),10)

bench-arm: build ## count the instructions of a picture on an Arm processor, under qemu
	node tests/bench/arm/count.mjs

soak: edge $(NODE_MODULES) wasm/edge/$(INSTALLED) ## make long runs and watch the memory (MINUTES=20 a part; PICTURES, FRAMES, FILES)
	CHROMIUM="$$(tests/chromium)" && export CHROMIUM && cd tests && node soak/soak.mjs --minutes $(or $(MINUTES),20) \
		--pictures $(or $(PICTURES),10000) --frames $(or $(FRAMES),30000) --files $(or $(FILES),5000)
	go -C tests/serve/load run . --soak $(or $(MINUTES),10)m

accuracy: build $(NODE_MODULES) ## count the right answers to labelled photos, in the browser and natively (PHOTOS=folder)
	CHROMIUM="$$(tests/chromium)" && export CHROMIUM && cd tests && node accuracy/accuracy.mjs $(if $(PHOTOS),"$(abspath $(PHOTOS))")

teach: build $(NODE_MODULES) tests/teach/node_modules/.package-lock.json ## measure what is taught, beside other methods (DRAWS=10)
	cd tests && node teach/teach.mjs $(or $(DRAWS),10)

convert: build $(NODE_MODULES) ## measure time and memory of a 17 MB checkpoint that becomes 8-bit integers in the tab (PICTURES=100)
	CHROMIUM="$$(tests/chromium)" && export CHROMIUM && cd tests && node convert/measure.mjs $(or $(PICTURES),100)

quantize: ## quantise float networks with the shared photos, and count what the answers lose
	go test -timeout 60m -count 1 -v ./core/quantize -run 'Flowers|Folds|Limits|Converter' -whole

fuzz: build ## feed every parser and the engines what nobody would, each for FUZZTIME (20s)
	@FUZZTIME=$(FUZZTIME) tests/fuzz

lint: $(NODE_MODULES) ## check format, vet, and run the linters
	@files=$$(find . -name node_modules -prune -o -name '*.go' -exec gofmt -l {} +); \
		test -z "$$files" || { echo "not formatted, run gofmt -w on:" $$files; exit 1; }
	go vet ./...
	$(GO_JS) go vet ./core/... ./wasm/...
	go -C wasm/depthwise/container/image vet ./...
	go -C wasm/depthwise/container/checks vet ./...
	go -C wasm/edge/bulk/protocol vet ./...
	go -C tests/serve/load vet ./...
	$(GO_JS) go vet -tags resize ./wasm/tab
	go run $(STATICCHECK) ./...
	go run -exec '$(GO_JS)' $(STATICCHECK) ./core/... ./wasm/...
	cd tests && npm run lint
	tests/node_modules/.bin/tsc -p web
	tests/node_modules/.bin/tsc -p web/service-worker
	tests/node_modules/.bin/tsc -p web/package/node
	tests/node_modules/.bin/tsc -p wasm/edge
	tests/node_modules/.bin/tsc -p wasm/edge/bulk/page

audit: ## ask for known weaknesses of all dependencies; needs the network, so it is no part of CI
	@tests/audit

%/node_modules/.package-lock.json: %/package.json %/package-lock.json
	cd $* && npm ci

clean: ## remove all that was built or fetched
	rm -rf dist wasm/depthwise/page/page.zip wasm/depthwise/dist wasm/edge/dist wasm/edge/node_modules wasm/edge/.wrangler tests/node_modules tests/*/node_modules tests/bench/build tests/out tests/data

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):[^#]*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 14
