# Étude: `make serve` runs it, `make test` tests it. Both set themselves up; the second time they do no work.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
SOURCES := src tests benchmarks scripts hatch_build.py

.DEFAULT_GOAL := help
.PHONY: help serve test suite test-long coverage build lint lock audit sbom catalogues clean system bench

help: ## say what can be done
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | sort | expand -t 14

serve: $(VENV)/.serve build ## start Étude here (ETUDE_HOST, ETUDE_PORT and ETUDE_DATA are obeyed)
	@exec $(BIN)/etude serve

# Lint uses one processor, and not all of it: the suite goes on beside it.
test: $(VENV)/.dev build system ## lint, types, layers and the whole suite but for the long tests
	@$(MAKE) --no-print-directory --jobs=2 lint suite

suite: $(VENV)/.dev
	$(BIN)/python -m pytest -q -n $${ETUDE_TEST_WORKERS:-2} --dist worksteal -m "not long"

test-long: $(VENV)/.dev build system ## the tests that take longer: kills, content of others, the first lesson in 30 browsers
	$(BIN)/python -m pytest -q -n $${ETUDE_TEST_WORKERS:-2} --dist loadfile -m long

# Programs inside the jail cannot be measured: the attack suite proves them (pyproject.toml lists what is left out).
# Compiled languages are in the long tests, so those of the engine are measured with the suite.
coverage: $(VENV)/.dev build system ## the same suite, measured: 95 % of all lines and branches, every branch of grading and sign-in
	$(BIN)/python -m pytest -q -n $${ETUDE_TEST_WORKERS:-2} --dist worksteal -m "not long" --cov --cov-report=
	$(BIN)/python -m pytest -q -n $${ETUDE_TEST_WORKERS:-2} --dist loadfile -m long tests/unit/grading --cov --cov-append --cov-report=
	$(BIN)/coverage report --skip-covered --fail-under=95
	$(BIN)/coverage report --show-missing --include="src/etude/grading/*,src/etude/features/auth/*" --fail-under=100

lint: $(VENV)/.dev ## ruff, types, layers, spelling
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/ruff format --check --quiet $(SOURCES)
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/codespell src docs tests *.md

build: $(VENV)/.serve ## front end and catalogues, only when their sources changed
	@$(BIN)/python hatch_build.py

# The system's part (chromium, compilers): installed where we may, listed as missing otherwise; loud under CI.
system: $(VENV)/.dev
	@scripts/install_system.sh

$(VENV)/bin/python:
	@command -v $(PYTHON) >/dev/null || { echo "python3 is missing: apt install python3 python3-venv"; exit 3; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Étude needs Python 3.11 or newer."; exit 3; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { echo "python3-venv is missing: apt install python3-venv"; exit 3; }
	@echo "Setting up (once; needs the network)…"
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.serve: $(VENV)/bin/python requirements/serve.lock pyproject.toml
	@$(PIP) install --require-hashes -r requirements/serve.lock
	@ETUDE_FRONTEND=skip $(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

# What only tests need is compiled when it is imported, most of it never: a third of this installation's time.
$(VENV)/.dev: $(VENV)/.serve requirements/dev.lock
	@$(PIP) install --no-compile --require-hashes -r requirements/dev.lock
	@touch $@

lock: $(VENV)/.dev ## choose versions anew and write both locks, with hashes
	$(BIN)/uv pip compile -q --universal --generate-hashes --python-version 3.11 --group build --no-header \
		pyproject.toml -o requirements/serve.lock
	$(BIN)/uv pip compile -q --universal --generate-hashes --python-version 3.11 --group dev --all-extras --no-header \
		pyproject.toml -o requirements/dev.lock

audit: $(VENV)/.dev ## known faults of the dependencies; strict, and never green when it could not look
	$(BIN)/pip-audit --strict --require-hashes -r requirements/serve.lock

sbom: $(VENV)/.dev ## the bill of materials (CycloneDX), from the locks, into build/sbom.cdx.json
	@mkdir -p build
	$(BIN)/python scripts/sbom.py build/sbom.cdx.json

catalogues: $(VENV)/.dev ## collect the strings of every feature into its catalogue
	$(BIN)/python scripts/catalogues.py

bench: $(VENV)/.dev build ## every benchmark, side by side in one run; docs/reference/performance.md explains the figures
	$(BIN)/python benchmarks/run_all.py

clean: ## forget what was built (not your data)
	rm -rf $(VENV) src/etude/static/dist frontend/node_modules build dist
