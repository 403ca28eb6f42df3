# Everything runs in .venv, from hashed locks; nothing but Python ≥ 3.11, pip and git is needed.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed
LOCKS  := requirements/runtime.txt requirements/dev.txt
# Two workers suit two cores; a laptop may say more: make test WORKERS=8
WORKERS ?= 2

.DEFAULT_GOAL := help
.PHONY: help install demo up test explore check bench bench-engine bench-harvest bench-portal bench-search bench-catalogue bench-exports bench-peers bench-scoring chaos fuzz screenshots docs lock clean

help: ## list the targets
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(STAMP): requirements/dev.txt pyproject.toml
	$(PYTHON) scripts/check_python.py
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --editable .
	$(BIN)/socle warm
	@touch $@

install: $(STAMP) ## create .venv with everything

demo: $(STAMP) ## start the platform with the demonstration portals, until Ctrl-C
	$(BIN)/socle demo

up: $(STAMP) ## start the platform, empty, until Ctrl-C
	$(BIN)/socle up

test: $(STAMP) ## run the whole test suite
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile

check: $(STAMP) ## lint, types, import contracts
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

chaos: $(STAMP) ## the long form of the chaos test: kills, three seeds
	$(BIN)/python scripts/chaos.py --seeds 1 2 3 --jobs 600

bench: bench-engine bench-portal ## measure the main paths and print the figures

bench-engine: $(STAMP) ## the engine beside its peers: ratios, memory, requests (FULL=1: every size)
	$(BIN)/python -m bench.engine $(if $(FULL),--full)

bench-search: $(STAMP) ## relevance of the search: 144 queries and 89 blind ones over 75,000 datasets
	$(BIN)/python -m bench.search.relevance

bench-portal: $(STAMP) ## the pages in a browser: first paint, layout shift, weight (needs Chromium)
	$(BIN)/python -m bench.portal

bench-harvest: $(STAMP) ## the harvester beside a bare loop: rates, memory, silent hosts (SCALE=0.1: a tenth)
	$(BIN)/python -m bench.harvest --scale $(or $(SCALE),1)

bench-scoring: $(STAMP) ## scores, phases and events at national size
	$(BIN)/python -m bench.scoring

bench-exports: $(STAMP) ## consolidation of 1,000 files of 10,000 rows, beside a bare copy
	$(BIN)/python -m bench.consolidation

bench-catalogue: $(STAMP) ## speed of search, batches, statistics and DCAT beside their peers (SIZE=350000 for more)
	$(BIN)/python -m bench.search.speed $(if $(SIZE),--size $(SIZE))
	$(BIN)/python -m bench.upsert $(if $(SIZE),--size $(SIZE))
	$(BIN)/python -m bench.exports $(if $(SIZE),--datasets $(SIZE))

bench-peers: $(STAMP) ## agreement with frictionless and Validata on thousands of files, and known suites
	$(BIN)/python -m scripts.bench_peers
	$(BIN)/python -m scripts.external_suites

screenshots: $(STAMP) ## pictures of every page into docs/screenshots (needs Chromium)
	$(BIN)/python -m scripts.screenshots

explore: $(STAMP) ## the property tests with examples that no run has tried before
	$(BIN)/python -m pytest -n $(WORKERS) --hypothesis-profile=explore $$(grep -rlE "from hypothesis import" tests)

fuzz: $(STAMP) ## seek bytes on which the kernel and the exact checks differ (SECONDS=60)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: --upgrade --target build/fuzz/packages -r requirements/fuzz.txt
	PYTHONPATH=build/fuzz/packages:. $(BIN)/python -m scripts.fuzz_kernel -max_total_time=$(or $(SECONDS),60) build/fuzz/corpus

docs: $(STAMP) ## regenerate the reference pages of docs/
	$(BIN)/python scripts/write_settings_docs.py
	$(BIN)/python scripts/write_rule_docs.py

lock: ## resolve the dependencies again (needs uv)
	uv pip compile --python-version 3.11 --universal --generate-hashes --no-emit-index-url --only-binary :all: --quiet --custom-compile-command "make lock" --upgrade --extra embedded --extra fast pyproject.toml -o requirements/runtime.txt
	uv pip compile --python-version 3.11 --universal --generate-hashes --no-emit-index-url --only-binary :all: --quiet --custom-compile-command "make lock" --upgrade --extra embedded --extra fast --group dev pyproject.toml -c requirements/runtime.txt -o requirements/dev.txt
	uv pip compile --python-version 3.11 --generate-hashes --no-emit-index-url --only-binary :all: --quiet --custom-compile-command "make lock" --upgrade --group fuzz -o requirements/fuzz.txt

clean: ## remove what was installed and cached here (never a data folder)
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
