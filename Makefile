# OpenTote. `make help` lists what can be made.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

# Stamped into the binary. Without git, or without a tag, they say so. Nothing
# of the time or the machine goes in: the same commit makes the same bytes.
VERSION ?= $(shell git describe --tags --match 'v[0-9]*' 2>/dev/null || echo devel)
COMMIT  ?= $(shell git rev-parse --short=12 HEAD 2>/dev/null || echo unknown)
LDFLAGS := -s -w -X main.version=$(VERSION) -X main.commit=$(COMMIT)

GO ?= go
# DuckDB, which bench settle compares with, is C++. Without a compiler for it the
# program is built without.
ifeq ($(shell command -v g++ || command -v clang++),)
export CGO_ENABLED := 0
endif
export GOFLAGS := $(filter-out -buildvcs=%,$(GOFLAGS)) -buildvcs=false

# Tools, run from the module proxy at these versions.
STATICCHECK := $(GO) run honnef.co/go/tools/cmd/staticcheck@v0.8.2
GOFUMPT     := $(GO) run mvdan.cc/gofumpt@v0.12.0
GOVULNCHECK := $(GO) run golang.org/x/vuln/cmd/govulncheck@v1.9.0
export STATICCHECK

# What the pages are built from.
WEB_SOURCES := $(shell find web -path web/node_modules -prune -o -path web/dist -prune -o -type f -print 2>/dev/null)

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: demo
demo: build ## build everything and run an invented race day with a simulated public
	bin/opentote demo $(ARGS)

.PHONY: build
build: web ## build bin/opentote, pages included
	$(GO) build -trimpath -ldflags '$(LDFLAGS)' -o bin/opentote ./cmd/opentote

.PHONY: web
web: bin/web.stamp ## build the pages into web/dist

# The stamps are remade when what they stand for is gone.
ifeq ($(wildcard web/node_modules/.package-lock.json),)
.PHONY: bin/npm.stamp
endif
ifeq ($(wildcard web/dist/*/index.html),)
.PHONY: bin/web.stamp
endif

bin/npm.stamp: web/package.json web/package-lock.json
	cd web && npm ci --no-audit --no-fund
	@mkdir -p bin && touch $@

bin/web.stamp: bin/npm.stamp $(WEB_SOURCES)
	cd web && npm run build
	@mkdir -p bin && touch $@

.PHONY: test
test: build ## everything: lint, tests, races, fuzzing, pages in a browser, generated code
	scripts/test.sh all

.PHONY: test-short
test-short: web ## vet and the tests that take seconds, under three minutes
	scripts/test.sh short

.PHONY: lint
lint: web ## vet, staticcheck and the rules of internal/tidy
	scripts/test.sh lint

.PHONY: format
format: ## format the Go files that people write
	find . -name '*.go' -not -path './web/node_modules/*' -print0 | \
		xargs -0 grep -LZ '^// Code generated .* DO NOT EDIT\.$$' | xargs -0 $(GOFUMPT) -w

SETTLE ?= --bets 2000000
RESULTS ?=
export SETTLE RESULTS
.PHONY: bench
bench: build ## measure every size of the design on this machine, each beside its reference: ten minutes
	scripts/bench.sh

FUZZTIME ?= 2m
.PHONY: soak
soak: build ## long fuzzing, ten times the random cases, a million pools twice (FUZZTIME=2m a target)
	FUZZTIME=$(FUZZTIME) scripts/test.sh soak

.PHONY: gen
gen: bin/npm.stamp ## regenerate what is generated from api/, event/journal.proto and racing/sample
	cd web && npm run gen
	$(GO) generate ./...

.PHONY: vuln
vuln: web ## look for known vulnerabilities; needs the public database
	$(GOVULNCHECK) ./...

.PHONY: clean
clean: ## remove what was built
	rm -rf bin web/node_modules
	find web/dist -mindepth 1 ! -name .keep -delete 2>/dev/null || true
