# Everything that is typed here. `make` alone lists it. Needs a Python of 3.11 or newer and nothing
# else: each target sets up what it needs in .venv (or .venv-bench), once, and again when a lock changes.

# The first Python on the PATH that is new enough; `make demo PYTHON=python3.12` chooses another.
PYTHON ?= $(firstword $(foreach name,python3 python3.13 python3.12 python3.11 python,\
	$(shell $(name) -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && echo $(name))))
WORKERS ?= 2
# A file stays with one worker: what its tests share is made once.
PYTEST = $(BIN)/pytest -n $(WORKERS) --dist loadfile
BENCH_FLAGS ?=

BIN := .venv/bin
BENCH := .venv-bench/bin
PIP := -m pip --disable-pip-version-check --quiet install
LOCKED := $(PIP) --require-hashes -r
# The package itself, in place: its dependencies are in already, and so is what builds it.
# Whoever uses it has it installed, not linked, so the benchmarks do too: a link costs 10 ms a start.
OURSELVES := $(PIP) --no-deps --no-build-isolation --editable .

.DEFAULT_GOAL := help
.PHONY: help demo test test-slow test-all check format bench bench-reconcile bench-pricing bench-workbench \
	bench-rooms docs lock wheel clean distclean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-15s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: .venv/.runtime ## a month of a synthetic practice, from files to worklist
	@$(BIN)/edi-engine demo || test $$? -eq 1  # 1: done, and something needs a person
	@echo; echo "To type edi-engine as it stands above: . $(BIN)/activate"

test: .venv/.dev ## the quick tests, under two minutes
	$(PYTEST) -m "not slow"

test-slow: .venv/.dev ## what takes longer: fuzzing, kills, whole practices, large files
	$(PYTEST) -m slow --hypothesis-profile=thorough

test-all: .venv/.dev ## every test
	$(PYTEST)

check: .venv/.dev ## format, lint and types, as CI asks for them
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

format: .venv/.dev ## put the source into its form
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: .venv-bench/.ready ## side by side with the peers: a table of ratios
	$(BENCH)/python -m benchmarks.side_by_side $(BENCH_FLAGS)

bench-reconcile: .venv-bench/.ready ## a night's reconcile beside growing history (BENCH_FLAGS=--help)
	$(BENCH)/python -m benchmarks.reconcile $(BENCH_FLAGS)

bench-pricing: .venv-bench/.ready ## lines that a contract prices in a second
	$(BENCH)/python -m benchmarks.pricing $(BENCH_FLAGS)

bench-workbench: .venv/.dev ## pages of the workbench, alone and with ten users beside a night
	$(BIN)/python -m benchmarks.workbench $(BENCH_FLAGS)

bench-rooms: .venv/.dev ## single rooms in memory, by pytest-benchmark
	$(BIN)/pytest -o addopts=--import-mode=importlib --benchmark-only benchmarks

docs: .venv/.dev ## write the generated documents again
	$(BIN)/python -m tests.repo.generated

lock: .venv/.dev ## pin every dependency again, with hashes
	bash .ci/lock $(BIN)/uv

wheel: .venv/.dev ## build the wheel, install it alone and run it
	bash .ci/wheel $(BIN)/python

clean: ## remove what can be made again, but not the environments
	rm -rf build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .benchmarks demo
	find . -name __pycache__ -not -path './.venv*' -prune -exec rm -rf {} +

distclean: clean ## and the environments
	rm -rf .venv .venv-bench

# A stamp is written last, so that a set-up that was stopped half-way is taken up again.
.venv/.created .venv-bench/.created:
	@test -n "$(PYTHON)" || { echo "edi-engine needs Python 3.11 or newer, and none is on the PATH." \
		"Install one, or name it: make demo PYTHON=/path/to/python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "edi-engine needs" \
		"Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) --version 2>&1)." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "$(PYTHON) cannot make a virtual" \
		"environment. On Debian or Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	$(PYTHON) -m venv $(@D)
	@touch $@

.venv/.runtime: .venv/.created requirements.txt requirements-build.txt pyproject.toml
	$(BIN)/python $(LOCKED) requirements.txt -r requirements-build.txt
	$(BIN)/python $(OURSELVES)
	@touch $@

.venv/.dev: .venv/.runtime requirements-dev.txt
	$(BIN)/python $(LOCKED) requirements-dev.txt
	@touch $@

.venv-bench/.ready: .venv-bench/.created requirements-bench.txt requirements-build.txt pyproject.toml
	$(BENCH)/python $(LOCKED) requirements-bench.txt -r requirements-build.txt
	$(BENCH)/python $(filter-out --editable,$(OURSELVES))
	@touch $@
