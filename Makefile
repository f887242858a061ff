# Bare `make` says what there is.
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
.DELETE_ON_ERROR:
# Where it is set, each of some forty processes compiles all that it imports anew.
unexport PYTHONDONTWRITEBYTECODE

PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin/python
SIZE ?= small

.PHONY: help up down doctor test test-fast test-races test-browser check fix bench demo day lock
.PHONY: browser-tools osrm-tools venv-again test-saleor record-saleor

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

up: $(VENV)/.runtime ## 장터 켜기: install what is missing, then start everything (PORT=8000)
	@exec $(VENV)/bin/mall up

down: $(VENV)/.runtime ## stop what `make up` started
	@exec $(VENV)/bin/mall down

doctor: $(VENV)/.runtime ## check every part, and say what to do
	@exec $(VENV)/bin/mall doctor

test: $(VENV)/.dev browser-tools osrm-tools ## every test
	@.ci/test $(RUN)

test-fast: $(VENV)/.dev ## without browser, races and whole stacks
	$(RUN) -m pytest -m "not browser and not race and not slow"

test-races: $(VENV)/.dev ## threads on a real database
	$(RUN) -m pytest -m race

test-browser: $(VENV)/.dev browser-tools ## a real Chromium on a real stack
	$(RUN) -m pytest -m browser

test-saleor: $(VENV)/.dev ## the commerce core on a real Saleor (SALEOR_API_URL, SALEOR_TOKEN)
	@test -n "$$SALEOR_API_URL" && test -n "$$SALEOR_TOKEN" || { \
		echo "SALEOR_API_URL, SALEOR_TOKEN: docs/saleor.md" >&2; exit 2; }
	$(RUN) -m pytest tests/ports -k saleor

record-saleor: export SALEOR_RECORD = 1
record-saleor: test-saleor ## the same, and write anew what the tests without a Saleor replay

# The one list: .ci/run and the pre-commit hook call it too.
check: $(VENV)/.dev ## style, types, imports, migrations, words
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports
	$(RUN) -W ignore manage.py makemigrations --check --dry-run --settings tests.settings_without_a_stack
	$(RUN) -m storefront.config.check_words

fix: $(VENV)/.dev ## mend style where a tool can
	$(VENV)/bin/ruff check --fix .
	$(VENV)/bin/ruff format .

bench: $(VENV)/.dev osrm-tools ## pages, orders, files, the ledger, roads, routes and queues, against their goals
	$(RUN) -m tests.bench

demo: $(VENV)/.runtime ## load the demo into the running mall (SIZE=small or full)
	$(VENV)/bin/mall demo --size $(SIZE)

day: $(VENV)/.runtime ## simulate one whole day on a throw-away database
	$(VENV)/bin/mall day

LOCK = $(VENV)/bin/uv pip compile pyproject.toml --quiet --upgrade --universal \
	--python-version 3.11 --no-header --no-annotate --no-emit-index-url --generate-hashes

lock: $(VENV)/.dev ## resolve the newest allowed versions into .locks/
	$(LOCK) --output-file .locks/runtime.txt
	$(LOCK) --extra dev --constraint .locks/runtime.txt --output-file .locks/dev.txt

browser-tools:
	@.ci/browser-tools

osrm-tools: $(VENV)/.dev
	@.ci/osrm-tools $(RUN)

# $(1): a file in .locks/. uv is several times faster; pip does when uv cannot be had.
define install
	@$(VENV)/bin/uv --version >/dev/null 2>&1 || $(RUN) -m pip install --quiet uv \
		|| echo "  uv를 설치할 수 없어 pip을 씁니다 / no uv here, using pip (slower)"
	@if $(VENV)/bin/uv --version >/dev/null 2>&1; then \
		$(VENV)/bin/uv pip install --python $(RUN) --requirement .locks/$(1) \
			|| $(RUN) -m pip install --requirement .locks/$(1); \
	else $(RUN) -m pip install --requirement .locks/$(1); fi
	@$(RUN) -m pip install --quiet --no-deps --no-build-isolation --editable .
	@echo "  경로 엔진 준비 (한 번) / preparing the route engine (once)"
	@$(RUN) -m logistics.routing.ruin_recreate
	@touch $@
endef

$(VENV)/.runtime: .locks/runtime.txt pyproject.toml $(VENV)/.made
	@echo "  패키지 설치 / installing packages"
	$(call install,runtime.txt)

$(VENV)/.dev: .locks/dev.txt pyproject.toml $(VENV)/.made
	@echo "  개발 패키지 설치 / installing packages for development"
	$(call install,dev.txt)

# Made again when its Python is gone, e.g. after an upgrade of the system.
$(VENV)/.made: $(if $(shell $(RUN) -c 1 2>&1 || echo gone),venv-again)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "Python 3.11 이상이 필요합니다. 예: make up PYTHON=python3.12" \
			"/ Python 3.11 or newer is needed, e.g. make up PYTHON=python3.12" >&2; exit 1; }
	@$(RUN) -m pip --version >/dev/null 2>&1 || { \
		echo "  가상 환경 만들기 / creating $(VENV)"; $(PYTHON) -m venv --clear $(VENV); } || { \
		echo "venv를 만들 수 없습니다. apt-get install python3-venv" \
			"/ no venv: apt-get install python3-venv" >&2; exit 1; }
	@touch $@
