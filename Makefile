# Two commands: `make run` and `make test`. All they need is Python 3.11 or newer, and make.

HOST ?= 127.0.0.1
PORT ?= 8501
VENV ?= .venv
WORKERS ?= 2# test processes side by side
AGAINST ?= main# the branch that `make check` tells changes from
# The first interpreter that runs, is new enough and can make environments.
PYTHON ?= $(shell for python in python3.13 python3.12 python3.11 python3; do \
	$$python -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& echo $$python && break; done)

BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --disable-pip-version-check --quiet

.DEFAULT_GOAL := help
.PHONY: help run check test test-all lint docs bench shots thumbnails clean

help: ## show this list
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 18

run: $(VENV)/.for-run ## start the app (HOST=127.0.0.1 PORT=8501)
	@echo "Blindspot: http://$(HOST):$(PORT) (stop with Ctrl+C)"
	@exec env HOST=$(HOST) PORT=$(PORT) $(BIN)/python -m dashboard.serve

test: lint ## check everything: style, types, layers, units, pages, browser
	$(BIN)/python scripts/chromium.py --get
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --timeout 300 -q --ignore tests/browser
	$(BIN)/python -m pytest --timeout 300 --reruns 1 -rR -q tests/browser

test-all: test ## the same, and the tests that take minutes
	$(BIN)/python -m pytest -m long -n $(WORKERS) --timeout 1800 -q || test $$? -eq 5 # there may be none

check: lint ## within two minutes: style, types, layers and the unit tests of what changed (AGAINST=main)
	$(BIN)/python scripts/check.py --against $(AGAINST)

lint: $(VENV)/.for-test ## style, types and the layers alone
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

docs: $(VENV)/.for-run ## write what is made from the code: formulas, the README's tables, sentences to translate
	$(BIN)/python scripts/make_docs.py
	$(BIN)/python scripts/make_catalogue.py

bench: $(VENV)/.for-bench ## measure speed; prints ratios of runs made side by side
	$(BIN)/python scripts/chromium.py --get
	$(BIN)/python -m pytest -m bench tests/benchmarks -s -q

shots: $(VENV)/.for-test ## pictures of every page in shots/, light and dark, wide and phone
	$(BIN)/python scripts/chromium.py --get
	$(BIN)/python scripts/shots.py

thumbnails: $(VENV)/.for-test ## redraw the pictures on the home page
	$(BIN)/python scripts/chromium.py --get
	$(BIN)/python scripts/shots.py --thumbnails

clean: ## remove the environment and everything that was made; runs stay
	rm -rf $(VENV) shots .pytest_cache .ruff_cache .mypy_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Environments: one folder, filled as far as a command needs it, and again when its list changes.
$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Blindspot needs Python 3.11 or newer with the venv module" \
		"(on Debian: apt-get install python3-venv). Found none; name one with PYTHON=/path/to/python3." >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.for-run: requirements.txt | $(BIN)/python
	$(PIP) -r requirements.txt
	@touch $@

$(VENV)/.for-test: requirements.txt requirements-dev.txt | $(BIN)/python
	$(PIP) -r requirements-dev.txt
	@touch $@ $(VENV)/.for-run

$(VENV)/.for-bench: requirements.txt requirements-dev.txt requirements-bench.txt | $(BIN)/python
	$(PIP) -r requirements-bench.txt
	@touch $@ $(VENV)/.for-test $(VENV)/.for-run
