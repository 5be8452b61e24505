# make run    sets everything up and starts Parley        make test   runs every test
# make check  lint, types, contracts, translations        make bench  measures, prints the tables
# make fuzz   tries the property tests with new examples, ten times as many (ARGS=tests/apps/moderation for some of them)
# make faults kills and stops what it can while answers stream and documents come in, at full size
.DEFAULT_GOAL := run
PORT ?= 8000
PY := .venv/bin/python

.PHONY: run install dev test check fuzz faults bench bench-runtime bench-gpu starter clean

run: install
	@exec $(PY) manage.py serve --port $(PORT)

install:
	@sh tools/install.sh

dev:
	@sh tools/install.sh dev

test: dev
	@$(PY) -m pytest -n 2 --dist loadfile --no-loadscope-reorder
	@$(PY) -m pytest tests/e2e -n 2

fuzz: dev
	@$(PY) -m pytest -m hypothesis --hypothesis-profile=search -n 2 --dist loadfile --no-loadscope-reorder $(ARGS)

faults: dev
	@$(PY) -m pytest tests/faults

check: dev
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m mypy apps config model_runtime manage.py
	@.venv/bin/lint-imports
	@$(PY) manage.py makemigrations --check --dry-run
	@$(PY) -m pytest tests/architecture

bench: dev
	@$(PY) -m tools.bench

# Peers that are not installed are skipped; LLAMA_SERVER names llama.cpp's server. See docs/benchmarks-runtime.md.
bench-runtime: dev
	@$(PY) -m tools.bench runtime $(ARGS)

bench-gpu: dev
	@$(PY) -m tools.bench gpu

starter: dev
	@$(PY) -m model_runtime.training --data ../shared/data --out model_runtime/starter

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
