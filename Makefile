# Park Atlas: `make app` opens it, `make test` checks it. Both set up everything they need.
PYTHON ?= python3
PORT ?= 8501
WORKERS ?= 2
VENV := .venv
BIN := $(VENV)/bin

.PHONY: help app test lint build check screenshots speed image clean

help:
	@echo "make app          set up and open the app (PORT=$(PORT))"
	@echo "make test         set up and run every test (CHROMIUM=..., FIREFOX=... name the browsers,"
	@echo "                  WORKERS=$(WORKERS) how many run at once)"
	@echo "make lint         ruff check and ruff format --check"
	@echo "make build        digitise the zones again from their published clauses"
	@echo "make check        every zone: area, published area, confidence"
	@echo "make screenshots  the pictures and the zone table of the READMEs"
	@echo "make speed        time the app against plain streamlit-folium, then fifty sessions at once"
	@echo "make image        the container image park-atlas (needs docker)"
	@echo "make clean        remove the virtual environment and caches"

# What a machine may lack is said in one line, before pip says it in fifty.
define require_python
	@command -v $(PYTHON) >/dev/null 2>&1 || { \
	  echo "Python 3.11 or newer is missing: apt-get install python3 python3-venv" >&2; exit 2; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Python 3.11 or newer is needed; $(PYTHON) is $$($(PYTHON) -V 2>&1). Name another: make PYTHON=python3.12" >&2; \
	  exit 2; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
	  echo "Python's venv module is missing: apt-get install python3-venv" >&2; exit 2; }
endef

$(BIN)/python:
	$(require_python)
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements.txt | $(BIN)/python
	@echo "Installing what the app needs (first time: a minute or two) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt || { \
	  echo "pip could not install requirements.txt: is a package index reachable?" >&2; exit 2; }
	@touch $@

$(VENV)/.dev: requirements-dev.txt requirements.txt | $(BIN)/python
	@echo "Installing what the tests need ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt || { \
	  echo "pip could not install requirements-dev.txt: is a package index reachable?" >&2; exit 2; }
	@touch $@ $(VENV)/.run

app: $(VENV)/.run
	@$(BIN)/python -c 'import socket; s = socket.socket(); \
	  s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1); s.bind(("localhost", $(PORT)))' 2>/dev/null || { \
	  echo "Port $(PORT) is taken. Choose another: make app PORT=8502" >&2; exit 2; }
	@echo "Park Atlas: http://localhost:$(PORT)"
	@$(BIN)/python -m streamlit run serve.py --server.port $(PORT)

test: lint
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile $(PYTEST_ARGS)

lint: $(VENV)/.dev
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

build: $(VENV)/.run
	@$(BIN)/python -m geo build

check: $(VENV)/.run
	@$(BIN)/python -m geo check

screenshots: $(VENV)/.dev
	@$(BIN)/python docs/refresh.py

speed: $(VENV)/.dev
	@$(BIN)/python benchmarks/app.py
	@$(BIN)/python benchmarks/sessions.py

image:
	@command -v docker >/dev/null 2>&1 || { echo "docker is missing" >&2; exit 2; }
	@docker build --tag park-atlas .

clean:
	@rm -rf $(VENV) .pytest_cache .ruff_cache .hypothesis .cache out tests/artifacts
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
