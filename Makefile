# make          artifacts/hud: one self-contained program
# make demo     build, start the demo server, load it, attach, print the report, check that every planted blocker is named
# make test     every test; the last line is "N passed, N failed, N skipped"
# make bench    the benchmarks: a table, and artifacts/bench.json
# make fuzz     the long fuzz runs            make dist   a tarball that runs without .NET, clang or libbpf
# make clean    remove everything that was built
SHELL := /bin/bash
.DEFAULT_GOAL := all
.PHONY: all demo test bench fuzz dist clean

sources := $(shell find src bpf -type f -not -path '*/obj/*' -not -path '*/bin/*') \
           Directory.Build.props Directory.Packages.props global.json
export DOTNET_CLI_TELEMETRY_OPTOUT := 1
export DOTNET_NOLOGO := 1

all: artifacts/hud

artifacts/hud: $(sources)
	@scripts/setup build
	dotnet publish src/Hud/Hud.csproj -r linux-x64 -c Release -o artifacts/publish -v quiet
	@install -m 755 artifacts/publish/hud $@
	@echo "built $@ ($$(stat -c %s $@) bytes)"

demo: artifacts/hud
	@scripts/setup demo
	@scripts/demo

test: artifacts/hud
	@scripts/setup test
	@scripts/test

bench: artifacts/hud
	@scripts/setup bench
	@scripts/bench

fuzz:
	@scripts/setup test
	@scripts/fuzz

dist: artifacts/hud
	@scripts/dist

clean:
	rm -rf artifacts demo/target tests/fixtures/*/target
