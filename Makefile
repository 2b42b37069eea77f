# Everything a user does. `make help` lists the targets from the comments behind them.

STUDY   ?= notebooks/studies/demo.yaml
RESULTS ?= results/demo
JOBS    ?= 2

# Inside the conda environment of environment.yml that one is used, elsewhere .venv.
ifeq ($(CONDA_DEFAULT_ENV),q7x2lab)
ENV := $(CONDA_PREFIX)
else
ENV := .venv
endif
BIN   := $(ENV)/bin
READY := $(ENV)/.q7x2lab-ready
OLD   := .venv-matplotlib-3.10

.DEFAULT_GOAL := run
.PHONY: run env test test-slow test-old-matplotlib lint lab verify bench docs example lock clean help

run: env ## run the demonstration study, or STUDY=path/to/study.yaml, into results/
	@$(BIN)/q7x2lab run $(STUDY) --jobs $(JOBS)

env: $(READY) ## set up the environment in .venv from requirements.lock

$(READY): requirements.lock pyproject.toml
	@ENV=$(ENV) PYTHON="$(PYTHON)" sh .ci/environment
	@touch $@

test: env ## run the tests (the slow simulations apart: make test-slow; browsers: in .ci/run)
	@$(BIN)/python -m pytest -n 2 --dist worksteal -m "not slow" --ignore=tests/browser

test-slow: env ## run the tests that simulate many corpora
	@$(BIN)/python -m pytest -n 2 --dist worksteal -m slow

test-old-matplotlib: env ## run the figure tests on matplotlib 3.10, which does not shape Arabic
	@test -d $(OLD) || $(BIN)/python -m venv $(OLD)
	@$(OLD)/bin/python -m pip install -q --no-deps --require-hashes -r tests/matplotlib-3.10.lock
	@$(BIN)/python -c "import site; print(site.getsitepackages()[0])" > \
	    "$$($(OLD)/bin/python -c 'import site; print(site.getsitepackages()[0])')/locked.pth"
	@$(OLD)/bin/python -m pytest -p no:cacheprovider tests/test_labels.py tests/test_outputs.py tests/test_drawing.py tests/*figures*.py

lint: env ## check style and types
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy

lab: env ## open the notebooks in JupyterLab
	@$(BIN)/jupyter lab notebooks

verify: env ## run RESULTS again from its record and name every output that differs
	@$(BIN)/q7x2lab verify $(RESULTS)

bench: env ## measure everything (half an hour), and write docs/pages/benchmarks.md
	@$(BIN)/python tests/benchmarks/report.py

docs: env ## build the documentation into build/docs
	@test -d .venv-docs || { $(BIN)/python -m venv .venv-docs && .venv-docs/bin/python -m pip install -q -r docs/requirements.txt; }
	@$(BIN)/python docs/study_page.py > docs/pages/study-file.md
	@.venv-docs/bin/mkdocs build -q --strict -f docs/mkdocs.yml
	@.venv-docs/bin/mkdocs build -q --strict -f docs/mkdocs.ar.yml
	@echo "build/docs/index.html"

example: run ## make docs/example anew from the demonstration study
	@$(BIN)/python docs/make_example.py $(RESULTS)

lock: env ## write requirements.lock anew from pyproject.toml
	@$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes \
	    --no-emit-index-url --no-header --quiet --extra test pyproject.toml -o requirements.lock
	@printf 'matplotlib==3.10.*\n' | $(BIN)/uv pip compile --universal --python-version 3.11 \
	    --generate-hashes --no-emit-index-url --no-header --no-deps --quiet - \
	    -o tests/matplotlib-3.10.lock

clean: ## remove results and environments
	rm -rf results .venv $(OLD)

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 22
