# Everything below works on a machine with only Python >= 3.11 and make.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check
SERIAL := OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 MKL_NUM_THREADS=1

.DEFAULT_GOAL := help
LESSONS := where_does_the_force_go sharp_or_blunt fast_or_slow glide_or_stick scar_in_the_path \
	section_or_whole_edge

.PHONY: help demo pictures lessons docs test test-nojit test-slow lint types contracts check bench clean

help:  ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*##/\t/' | expand -t 14

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml constraints.txt | $(BIN)/python
	$(PIP) install -q -c constraints.txt -e '.[test]'
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	$(PIP) install -q -c constraints.txt -e '.[test,dev]'
	@touch $@

$(VENV)/.installed-docs: $(VENV)/.installed
	$(PIP) install -q -c constraints.txt -e '.[test,docs]'
	@touch $@

$(VENV)/.installed-bench: $(VENV)/.installed
	$(PIP) install -q -c constraints.txt -e '.[bench]'
	@touch $@

demo: $(VENV)/.installed  ## run the main job: pressure x angle x speed on a calf, into results/
	$(SERIAL) $(BIN)/python experiments/pressure_angle_speed.py

pictures: $(VENV)/.installed  ## make the pictures of the README again, into docs/img/
	$(SERIAL) $(BIN)/python docs/pictures.py

lessons: $(VENV)/.installed  ## solve the six lessons and write their pages, into docs/_files/lessons/
	mkdir -p docs/_files/lessons
	for name in $(LESSONS); do \
	  $(SERIAL) $(BIN)/softsim app --static docs/_files/lessons/$$name.html || exit 1; \
	done

docs: $(VENV)/.installed-docs lessons  ## build the documentation into docs/_build/html, warnings are errors
	$(SERIAL) $(BIN)/python -m sphinx -q -W --keep-going -b html docs docs/_build/html
	@echo "open docs/_build/html/index.html"

test: $(VENV)/.installed  ## run the tests (without the slow ones)
	$(SERIAL) $(BIN)/python -m pytest -q -n 2 tests

test-nojit: $(VENV)/.installed  ## run the kernel tests as plain Python
	$(SERIAL) NUMBA_DISABLE_JIT=1 $(BIN)/python -m pytest -q -n 2 tests/oracles tests/unit tests/laws

test-slow: $(VENV)/.installed  ## run the slow tests too
	$(SERIAL) $(BIN)/python -m pytest -q -n 2 -m "slow or not slow" tests

lint: $(VENV)/.installed-dev  ## style and format
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.installed-dev  ## static types (kernels excluded)
	$(BIN)/mypy

contracts: $(VENV)/.installed-dev  ## who may import whom
	$(BIN)/lint-imports

check: lint types contracts  ## lint, types, contracts

bench: $(VENV)/.installed-bench  ## benchmarks against the peers (GPL peers are optional extras)
	$(SERIAL) $(BIN)/python -m pytest -q --benchmark-only -o addopts="" benchmarks

clean:  ## remove everything that can be made again
	rm -rf $(VENV) results build dist docs/_build docs/_files docs/api docs/notebooks docs/generated .pytest_cache .hypothesis .mypy_cache .ruff_cache .benchmarks
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
