# The two commands of the README are `make run` and `make test`; both make .venv if it is not there.
PYTHON ?= python3.11
PORT ?= 7860
BIN := .venv/bin
export PIP_CONSTRAINT := constraints.txt

.PHONY: run test check soak lock clean

run: .venv/installed
	$(BIN)/python app.py --port $(PORT)

test: .venv/installed-dev
	$(BIN)/python -m pytest

check: .venv/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest tests/test_architecture.py

# Kills writers with SIGKILL at random moments; ROUNDS=100 takes about ten minutes.
soak: .venv/installed-dev
	$(BIN)/python -m tests.soak --rounds $(or $(ROUNDS),100)

.venv/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' || \
		{ echo "Dateline needs Python 3.11; name one with: make PYTHON=/path/to/python3.11"; exit 1; }
	$(PYTHON) -m venv .venv

.venv/installed: pyproject.toml constraints.txt | .venv/bin/python
	$(BIN)/python -m pip install --quiet --editable .
	touch $@

.venv/installed-dev: pyproject.toml constraints.txt | .venv/bin/python
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	touch $@ .venv/installed

# Writes the exact versions of this .venv into constraints.txt, after an upgrade that was meant.
lock: .venv/installed-dev
	$(BIN)/python -m pip freeze --exclude-editable | sed 's/+cpu$$//' > constraints.txt

clean:
	rm -rf .venv .dateline-demo
