# Two commands do everything: `make book` builds the book, `make test` proves the whole project.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
PYTHON ?= python3.11
BIN := .venv/bin
READY := .venv/.ready
NODE := node_modules/.package-lock.json
# npm of .venv: its Node must be the first in PATH.
NPM := PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/npm --silent
NOTEBOOKS = $(wildcard chapters solutions)
ECOSYSTEM ?= .ecosystem
export PYTHONHASHSEED := 0
export OMP_NUM_THREADS ?= 1
export COURSEKIT_STATIC := 1

# $(call timed,name,command): run a command, say how long it took.
timed = @start=$$(date +%s); echo "== $(1)"; { $(2); } || exit 1; echo "== $(1): $$(( $$(date +%s) - start )) s"

.PHONY: book bundler test lint types rooms notebooks strict unit processors nbval execute chromium firefox screenshots pdf test-ecosystem clean help

help: ## say what there is
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 14

book: $(READY) bundler ## build the book (the first time it also makes .venv)
	$(call timed,book,$(BIN)/jupyter-book build . -q)
	@echo "The book is at _build/html/index.html"

GATES = lint types rooms notebooks strict unit processors nbval

test: $(READY) ## everything: all gates run, also after one that fails
	@failed=; for gate in $(GATES); do $(MAKE) --no-print-directory $$gate || failed="$$failed $$gate"; done; \
	if [ -n "$$failed" ]; then echo "Gates that failed:$$failed"; exit 1; fi; echo "All gates passed."

# Torch first, by itself: its CPU build must be chosen before anything else asks for torch.
$(READY): requirements.txt pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check torch==2.13.0
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
	touch $@

$(NODE): package.json package-lock.json | $(READY)
	$(NPM) ci --prefer-offline
	touch $@

# What exercises solved in the page are made with. Where npm cannot install it, the book is built without
# them and says so.
bundler: | $(READY)
	@$(MAKE) --no-print-directory $(NODE) || echo "npm could not install its packages."

lint: $(READY) $(NODE) ## ruff, notebooks included; deptry for dependencies; English; biome for JavaScript
	$(call timed,lint,$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/deptry && $(BIN)/python -m coursekit.authoring.prose && $(NPM) run lint)

types: $(READY) $(NODE) ## mypy, strict; tsc for JavaScript
	$(call timed,types,$(BIN)/mypy && $(NPM) run types)

rooms: $(READY) ## the rooms of the package import only what stands below them
	$(call timed,rooms,$(BIN)/lint-imports)

notebooks: $(READY) ## notebooks are in normal form, outputs are fresh
	$(call timed,notebooks,$(BIN)/python -m coursekit.authoring.notebooks check chapters solutions exercises)

strict: $(READY) bundler chromium ## build the whole book anew, warnings are errors
	$(call timed,strict build,$(BIN)/jupyter-book build . -q --all -W -n --keep-going)

unit: $(READY) bundler chromium firefox ## unit, sandbox and browser tests
	$(call timed,unit,$(BIN)/pytest -n 2 --dist loadfile -q tests)

# A NumPy of another line than the pinned one: Colab's.
OTHER_NUMPY = .venv/other-numpy
$(OTHER_NUMPY): $(READY)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade --no-deps --target $@ numpy==2.0.2
	touch $@

processors: $(OTHER_NUMPY) ## emulate other processors: the same releases, cases, verdicts and marks
	$(call timed,processors,$(BIN)/python tests/processors)

nbval: $(READY) ## run every chapter and solution, compare with the stored outputs
	$(call timed,nbval,JUPYTER_DEFAULT_PROVISIONER_NAME=coursekit-warm $(BIN)/pytest -q --nbval --nbval-current-env --nbval-cell-timeout 300 \
	  -n 2 --dist loadscope $(NOTEBOOKS))

# Not part of `make test`: it takes about an hour on two cores, and 12 GB for its environments.
test-ecosystem: $(READY) chromium ## where its users are: Colab, oldest versions, nbgrader, Gradescope, guides
	$(call timed,environments,$(BIN)/python tests/ecosystem $(ECOSYSTEM))
	$(call timed,long tests,$(BIN)/pytest -q --durations=8 tests/ecosystem)

execute: $(READY) ## execute all chapters and store their outputs
	$(BIN)/python -m coursekit.authoring.notebooks execute chapters

# The browser tests use Debian's chromium; without it they are skipped, and pytest says so.
chromium:
	@if command -v chromium >/dev/null; then exit 0; fi; \
	if ! command -v apt-get >/dev/null; then echo "No chromium here: browser tests will be skipped."; exit 0; fi; \
	if [ "$$(id -u)" = 0 ]; then as=; elif sudo -n true 2>/dev/null; then as=sudo; \
	else echo "No chromium and no right to install it: browser tests will be skipped."; exit 0; fi; \
	$$as apt-get -qq update && $$as apt-get -qq install -y chromium >/dev/null \
	  || echo "Could not install chromium: browser tests will be skipped."

# Exercises solved in the page are tried in Debian's Firefox as well, where it can be had.
firefox:
	@if command -v firefox-esr >/dev/null || command -v firefox >/dev/null; then exit 0; fi; \
	if ! command -v apt-get >/dev/null; then echo "No firefox here: its tests will be skipped."; exit 0; fi; \
	if [ "$$(id -u)" = 0 ]; then as=; elif sudo -n true 2>/dev/null; then as=sudo; \
	else echo "No firefox and no right to install it: its tests will be skipped."; exit 0; fi; \
	$$as apt-get -qq update && $$as apt-get -qq install -y firefox-esr >/dev/null \
	  || echo "Could not install firefox: its tests will be skipped."

pdf: chromium book ## the whole book as one PDF, linked from its pages
	$(call timed,pdf,$(BIN)/python book/pdf.py)

screenshots: book chromium ## pictures of every page: light, dark, phone
	$(BIN)/python book/screenshots.py

clean: ## remove what was built, keep .venv
	rm -rf _build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
