# A table of contents: each target is a script or a command that can be read and run alone.

PROTOCOL ?= vault
PREFIX ?= /usr/local
DESTDIR ?=

.PHONY: all setup build demo demo-fleet test lint bench header fuzz crash docs install clean

all: build

setup:            ## installs the Debian packages that are missing
	scripts/setup

build:            ## target/release/libsecenv.so
	cargo build --release --locked

demo: setup build ## the whole mission, for a person to watch; PROTOCOL=1 or 2: one conversation
	bindings/cpp/examples/client/build
	scripts/demo-$(PROTOCOL)

demo-fleet: setup build ## two php-fpm pools, one Redis, one pool stopped in mid-traffic
	bindings/cpp/examples/client/build
	scripts/demo-fleet

test: setup       ## every test in every language
	scripts/test

lint:
	cargo fmt --check
	cargo clippy --locked --all-targets -- -D warnings

bench: setup build ## ratios in one run, written to docs/performance.md
	scripts/bench

header:           ## rewrites the headers and what else is generated from crates/capi
	SECENV_BLESS=1 cargo test --locked --package secenv-capi --test consistency up_to_date

fuzz: setup       ## a minute for each target
	scripts/fuzz 60

crash: setup build ## writers killed at every system call and 1,000 times at random, and a disk that fails
	tests/crash/crash.py

docs:             ## the Rust documentation, in target/doc
	cargo doc --locked --no-deps

install: build    ## library, headers, pkg-config, CMake and PHP packages below $(DESTDIR)$(PREFIX)
	scripts/install "$(DESTDIR)" "$(PREFIX)"

clean:
	cargo clean
	rm -rf build
