# Two commands are all a new machine needs: `make run` and `make test`. They want Python 3.11 to 3.14 and nothing else.

PYTHON ?= python3
UV_VERSION := 0.13.8
BIN := .venv/bin
export PYTHONDONTWRITEBYTECODE := 0
export LITELLM_LOCAL_MODEL_COST_MAP := True

.DEFAULT_GOAL := help
.PHONY: help run test conformance lint fix bench docs editor clean

help:
	@echo "make run    the editor on http://localhost:8000, with the sandbox provider (no key, no network)"
	@echo "make test   all tests, in Python, TypeScript and Chromium"
	@echo "make conformance  the official MCP suites alone (make test runs them, too)"
	@echo "make lint   what CI checks besides the tests"
	@echo "make fix    mends what can be mended: format, imports"
	@echo "make bench  the measurements of benchmarks/README.md"
	@echo "make docs   the documentation as pages, in site/"

.venv/.ready: pyproject.toml uv.lock
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(0 if (3, 11) <= v <= (3, 14) else "Python 3.11 to 3.14 is needed, but $(PYTHON) is {}.{}. Name another one: make run PYTHON=python3.12".format(*v))'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv || { echo "$(PYTHON) cannot make a virtual environment. On Debian or Ubuntu: apt install python3-venv"; exit 1; }
	@echo "Installing the locked packages into .venv (once) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check "uv==$(UV_VERSION)"
	@UV_PROJECT_ENVIRONMENT=.venv $(BIN)/uv sync --quiet --frozen --inexact --compile-bytecode
	@touch $@

editor: .venv/.ready
	@$(BIN)/python web/build.py --if-stale

run: editor
	@$(BIN)/nodebuilder serve --sandbox --open

test: editor
	@$(BIN)/python -m tests.chromium
	@$(BIN)/python web/build.py --exec test
	@$(BIN)/python -m tests.clients.install
	@$(BIN)/python -m tests.halves

conformance: .venv/.ready
	@$(BIN)/python -m tests.conformance.npm
	@$(BIN)/python -m pytest tests/conformance

lint: .venv/.ready
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/pyright
	@$(BIN)/python web/build.py --exec lint
	@$(BIN)/python web/build.py --exec typecheck

fix: .venv/.ready
	@$(BIN)/ruff check --fix --quiet . || true
	@$(BIN)/ruff format --quiet .
	@$(BIN)/python web/build.py --exec fix

bench: editor
	@$(BIN)/python -m benchmarks

docs: .venv/.ready
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict

clean:
	@rm -rf .venv site dist web/node_modules tests/conformance/*/node_modules src/nodebuilder/server/static
