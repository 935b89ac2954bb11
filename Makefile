# Two commands do all set-up: `make run` starts Trainer with demo data, `make test` runs every test.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/pip install --quiet --disable-pip-version-check
TRYING := TRAINER_SECURE_COOKIES=off TRAINER_SECOND_FACTOR=$${TRAINER_SECOND_FACTOR:-off}
FONTS := $(BIN)/python tools/build_assets.py
EDITOR := $(BIN)/python tools/build_editor.py

.DEFAULT_GOAL := help
.PHONY: help run test check bench messages fmt lock ready ready-dev clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: ready ## Install, build fonts, load modules and the demo world, serve on loopback
	@$(TRYING) $(BIN)/trainer db upgrade
	@$(TRYING) $(BIN)/trainer demo
	@$(TRYING) $(BIN)/trainer serve

test: ready-dev ## Install what tests need, then check and run every test
	@$(MAKE) --no-print-directory check
	$(BIN)/pytest -n 2 --dist worksteal

check: ready-dev ## What to run before a commit: lint, types, catalogs, modules
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python tools/catalogs.py check
	$(BIN)/trainer check
	$(BIN)/pytest -q tests/test_architecture.py tests/web/test_templates.py

bench: ready-dev ## Paired measurements against other programs; takes some minutes
	@for bench in compile preview publish handbook forms pack room pages answers catalog growth; do echo "== $$bench"; $(BIN)/python -m tests.bench.bench_$$bench || exit 1; done
	@echo "== scanning"; $(BIN)/python -m tests.bench.bench_scanning --sheets 100

messages: ready-dev ## Take the interface's messages out and bring every catalog up to date
	$(BIN)/python tools/catalogs.py update

fmt: ready-dev ## Format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lock: ready-dev ## Resolve the dependencies anew into requirements/*.txt, with hashes
	$(PIP) uv
	sh tools/lock.sh $(BIN)/uv

ready: $(VENV)/.ready
	@$(FONTS)
	@$(EDITOR) --if-possible

ready-dev: $(VENV)/.ready-dev
	@sh tools/debian.sh chromium:chromium pdftoppm:poppler-utils msgfmt:gettext
	@$(FONTS)
	@$(EDITOR)
	@$(BIN)/python tools/fetch_commonmark.py

$(VENV)/bin/python:
	@sh tools/debian.sh --python $(PYTHON)
	$(PYTHON) -m venv $(VENV)

$(VENV)/.ready: requirements/build.txt pyproject.toml | $(VENV)/bin/python
	$(PIP) --require-hashes -r requirements/build.txt
	$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.ready-dev: requirements/dev.txt pyproject.toml | $(VENV)/bin/python
	$(PIP) --require-hashes -r requirements/dev.txt
	$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@ $(VENV)/.ready

clean: ## Delete what was built and the demo data; not the sources
	rm -rf $(VENV) build dist var trainer/fonts trainer/web/static/fonts trainer/web/static/vendor frontend/node_modules
