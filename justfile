# Hilo's two commands are `./just run` and `./just test`; the rest are their parts.

set shell := ["bash", "-euo", "pipefail", "-c"]

export PATH := justfile_directory() / ".tools/bin:" + justfile_directory() / ".tools/just/bin:" + env("PATH")
export WASM_BINDGEN := justfile_directory() / ".tools/bin/wasm-bindgen"
export WASM_SPLIT := justfile_directory() / ".tools/bin/wasm-split-cli"
export WASM_OPT := justfile_directory() / ".tools/bin/wasm-opt"

# What there is to run.
default:
    @./just --list --unsorted

# Build Hilo and start it with a private PostgreSQL and a demo workspace.
run *ARGS: build
    exec target/release/hilo serve --demo {{ ARGS }}

# Install what is missing, check format and lints, run every test, browser included.
test: check (tools "web" "postgres" "test") web
    scripts/with-postgres cargo nextest run --workspace
    node --test frontend/widget/test/*.test.js

# Faults at length: all, or NAME so many times with the choices of SEED (see scripts/torture).
torture *ARGS: (tools "postgres" "test")
    scripts/torture {{ ARGS }}

# Build the program: target/release/hilo, with the SPA and the widget inside.
build: (tools "web" "postgres") web
    cargo build --release -p hilo-server --bin hilo

# Build what browsers load: the SPA, the widget, the GraphQL explorer.
web: (tools "web")
    scripts/build-widget
    scripts/build-explorer
    scripts/build-spa

# Format, lints.
check:
    cargo fmt --all --check
    cargo clippy --workspace --all-targets -- --deny warnings

# Print the GraphQL schema into schema.graphql.
schema:
    cargo run --quiet -p hilo-server --bin hilo -- schema > schema.graphql

# Bans, licences and sources of the dependencies (advisories need the advisory base).
deny:
    command -v cargo-deny >/dev/null || cargo install cargo-deny --version 0.20.2 --locked --root .tools
    cargo deny --workspace check bans licenses sources

# Measure: `inbox`, `journal`, `live`, `rebuild`, `search`, `spa`, `verify`, or `postgres` (for scale); `--json` prints one object, `--seconds N` sets how long.
bench NAME *ARGS: (tools "postgres")
    cargo build --release -p hilo-server -p hilo-bench
    ulimit -Sn "$(ulimit -Hn)"; scripts/with-postgres "${CARGO_TARGET_DIR:-target}/release/hilo-bench" {{ NAME }} {{ ARGS }}

# Install what is missing: `web`, `postgres`, `test`.
tools +SETS:
    @scripts/install-tools {{ SETS }}
