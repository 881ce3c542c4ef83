PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
WORKERS ?= 3
FAST ?=
# A group of tests stays in one worker, the longest begin first: more workers than cores, for many tests only wait.
TEST := pytest -n $(WORKERS) $(if $(FAST),-m "not slow") tests

# Without it each of the hundred processes that the tests start would compile everything anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help run test coverage lint types security bench chaos clean

help: ## Show what there is
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1\t/' | expand -t 10

run: $(INSTALLED) ## Install and start everything on this machine; Ctrl-C stops it
	@exec $(BIN)/python -m lms.embedded --die-with-parent

test: $(INSTALLED) ## Run the whole test suite; with FAST=1 what takes less than a minute of it
	@$(if $(FAST),,$(BIN)/python -m tests.browser.get_chromium)
	@$(BIN)/python -m $(TEST)

coverage: $(INSTALLED) ## Run the whole test suite and hold against floors which branches of the code it runs
	@$(BIN)/python -m tests.browser.get_chromium
	@$(BIN)/python -m $(TEST) -p tests.measuring
	@$(BIN)/python -m tests.coverage_floors

lint: $(INSTALLED) ## Check style and formatting
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: $(INSTALLED) ## Check the types
	@$(BIN)/mypy

security: $(INSTALLED) ## Look for known dangerous patterns
	@$(BIN)/bandit -q -ll -r lms config.py wsgi.py migrations_scripts -c pyproject.toml

bench: $(INSTALLED) ## Measure the speed of the API
	@$(BIN)/python -m tests.bench
	@$(BIN)/python -m tests.bench --quizzes
	@$(BIN)/python -m tests.bench --imports

chaos: $(INSTALLED) ## Kill the API 200 times among customers who are buying, and look at the books; kill an import 20 times
	@$(BIN)/python -m tests.chaos
	@$(BIN)/python -m tests.moving

clean: ## Remove the virtual environment and caches; instance/ with its data stays
	@rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The stamp is the last thing written: an installation that was cut short is taken up again.
$(INSTALLED): $(wildcard requirements*.txt)
	@command -v $(PYTHON) >/dev/null || \
		{ echo "$(PYTHON) was not found: install Python 3.11, 3.12 or 3.13, or run make PYTHON=<its path>." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' || \
		{ echo "$(PYTHON) is not Python 3.11, 3.12 or 3.13: run make PYTHON=<path of one>." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info >= (3, 13))' || command -v cc >/dev/null || \
		{ echo "On Python 3.13 the local Redis is compiled: install a C compiler (on Debian and Ubuntu: apt-get install build-essential), or run make PYTHON=<path of 3.11 or 3.12>." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
		{ echo "$(PYTHON) has no venv module: install it (on Debian and Ubuntu: apt-get install python3-venv)." >&2; exit 1; }
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV)
	@echo "Installing into $(VENV); the first time takes about half a minute …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@
