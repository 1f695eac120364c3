# make demo, make test, make lab: each sets up .venv first.
PYTHON ?= python3
READY := .venv/.ready
TESTS ?= tests

.PHONY: demo test lint lab
demo: $(READY)
	.venv/bin/workbench demo neutrino

test: $(READY)
	.venv/bin/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder --durations=30 $(TESTS)

lint: $(READY)
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/pyright

lab: $(READY)
	.venv/bin/workbench lab

$(READY): requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("science-workbench needs Python 3.11 or newer: make PYTHON=python3.12 …" if sys.version_info < (3, 11) else 0)'
	@$(PYTHON) -c 'import ensurepip, venv' || { echo "this Python lacks venv: install it (Debian: apt install python3-venv)"; exit 1; }
	$(PYTHON) -m venv .venv
	.venv/bin/python -m pip install --disable-pip-version-check -r requirements.txt
	@touch $(READY)
