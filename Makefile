# Two commands need nothing but Python 3.11, make and git: `make play` and `make test`.

PYTHON ?= python3
BIN := .venv/bin
JOBS ?= auto

# The files of the pure core, as the import contract lists them.
PURE := import tomllib; \
	contracts = tomllib.load(open("pyproject.toml", "rb"))["tool"]["importlinter"]["contracts"]; \
	pure = next(c for c in contracts if c["name"] == "the rules and views are pure")["source_modules"]; \
	print(*(m.replace(".", "/") + ".py" for m in pure), sep=",")

.DELETE_ON_ERROR:
.PHONY: play test lint types imports bench beside load hunted eval faults threats storm force digests monday sbom lock

play: .venv/run
	@$(BIN)/kudos play $(ARGS)

test: .venv/dev lint types imports
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest -n $(JOBS) --dist loadfile
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report --fail-under=95
	$(BIN)/coverage report --fail-under=100 --include="$$($(BIN)/python -c '$(PURE)')"

lint: .venv/dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: .venv/dev
	$(BIN)/mypy

imports: .venv/dev
	$(BIN)/lint-imports

eval: .venv/dev
	$(BIN)/python -m tests.eval

# Faults, and harm that somebody might do, with the tests of what it ends in: docs/faults.md, docs/threats.md.
faults threats: .venv/dev
	$(BIN)/python -m tests.$@

bench: .venv/dev
	$(BIN)/python -m tests.bench

# Half an hour of Socket Mode in bad weather, a start in a workspace of ten thousand people, programs that race for
# digests and are killed, and 200 digests due at once. ARGS="--minutes 5"
storm force digests monday: .venv/dev
	$(BIN)/python -m tests.bench $@ $(ARGS)

# (A line that began with `load` would be a directive of make.)
# More than an hour: ten events a second, a burst, 200 digests, a soak of 200,000 events, and a ledger of a million kudos,
# ARGS="--only burst". Three programs on PostgreSQL that are killed for ten minutes. Kudos beside others, for the README.
hunted load beside: .venv/dev
	$(BIN)/python -m tests.bench $@ $(ARGS)

# What is locked, with hashes. A file in .venv says which lock was installed.
.venv/run: requirements.txt pyproject.toml | .venv/bin/python
	@echo "Installing what Kudos needs. This happens once."
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements.txt
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-index --no-deps --no-build-isolation -e .
	@touch $@

.venv/dev: requirements-dev.txt pyproject.toml | .venv/bin/python
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-index --no-deps --no-build-isolation -e .
	@touch $@ .venv/run

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Kudos needs Python 3.11 or newer: make PYTHON=python3.11")'
	@$(PYTHON) -m venv .venv

# What a deployment consists of, as CycloneDX has it.
sbom: .venv/dev
	$(BIN)/cyclonedx-py requirements requirements.txt --pyproject pyproject.toml --output-reproducible --output-file sbom.cdx.json

# Renew the locks (needs uv).
lock:
	uv pip compile pyproject.toml --group build --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-annotate --no-header --quiet --upgrade --output-file requirements.txt
	uv pip compile pyproject.toml --group build --group test --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-annotate --no-header --quiet --upgrade --output-file requirements-dev.txt
