# A table of contents: each target is a script or a command that can be read and run alone.

PROTOCOL ?= vault
PREFIX ?= /usr/local
DESTDIR ?=

.PHONY: all build demo demo-fleet check test lint bench header fuzz timing crash model docs install uninstall clean

all: build

build:            ## the library and the tool, in the folder that build/lib names
	scripts/setup build
	scripts/build

demo: ready       ## the whole mission, for a person to watch; PROTOCOL=1 or 2: one conversation
	scripts/demo $(PROTOCOL)

demo-fleet: ready ## two php-fpm pools, one Redis, one pool stopped in mid-traffic
	scripts/demo fleet

.PHONY: ready
ready:
	scripts/setup demo
	scripts/build
	bindings/cpp/examples/client/build

check:            ## format, lints, and the unit tests of every language: less than five minutes
	scripts/setup test
	scripts/test check

test:             ## every test in every language
	scripts/setup test
	scripts/test

lint:
	cargo fmt --all --check
	cargo clippy --workspace --locked --all-targets -- -D warnings

bench:            ## ratios in one run, written to docs/performance.md
	scripts/setup test
	scripts/bench

header:           ## rewrites the headers and what else is generated from crates/capi
	SECENV_BLESS=1 cargo test --locked --package secenv-capi --test consistency up_to_date

fuzz:             ## a minute for each target
	scripts/setup test
	scripts/fuzz 60

timing: build     ## for minutes by the clock: no time says what an RSA block held, of protocol 1
	scripts/setup test
	tests/timing/run

crash: build      ## writers killed at every system call and 1,000 times at random, and a disk that fails
	scripts/setup test
	tests/crash/crash.py

model:            ## the symbolic model of protocol 2, where ProVerif is on the PATH
	scripts/model

docs:             ## the Rust documentation, in cargo's target folder
	cargo doc --locked --no-deps

install:          ## what `make build` made, below $(DESTDIR)$(PREFIX): make && sudo make install
	scripts/install "$(DESTDIR)" "$(PREFIX)"

uninstall:        ## takes it away again
	scripts/install --uninstall "$(DESTDIR)" "$(PREFIX)"

clean:
	cargo clean
	rm -rf build
