# make demo, make test, make lab, make site: each sets up .venv first.
PYTHON ?= python3
READY := .venv/.ready
TESTS ?= tests

.PHONY: demo test lint lab site
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

# Notebooks are executed when they have changed, which takes minutes; to have all of
# them anew: rm -r build/notebooks
site: $(READY) $(addprefix build/,$(wildcard notebooks/*.ipynb))
	.venv/bin/python -m sphinx -W -q -c docs . build/site
	@echo open build/site/index.html

build/notebooks/%.ipynb: notebooks/%.ipynb | $(READY)
	WORKBENCH_RUNS=$(CURDIR)/build/runs .venv/bin/python -m nbconvert \
	  --log-level=WARN --execute --to notebook --output-dir build/notebooks $<

$(READY): requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("science-workbench needs Python 3.11 or newer: make PYTHON=python3.12 …" if sys.version_info < (3, 11) else 0)'
	@$(PYTHON) -c 'import ensurepip, venv' || { echo "this Python lacks venv: install it (Debian: apt install python3-venv)"; exit 1; }
	$(PYTHON) -m venv .venv
	.venv/bin/python -m pip install --disable-pip-version-check -r requirements.txt
	@touch $(READY)
