.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
FLASK := $(BIN)/flask --app app
export PATH := $(CURDIR)/$(BIN):$(PATH)

help: ## what can be done here
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-8s %s\n", $$1, $$2}'

$(VENV)/.run: setup.cfg pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	@touch $@

$(VENV)/.test: $(VENV)/.run
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[test]'
	@touch $@

translations/en/LC_MESSAGES/messages.mo: translations/en/LC_MESSAGES/messages.po $(VENV)/.run
	$(BIN)/pybabel --quiet compile -d translations

run: $(VENV)/.run translations/en/LC_MESSAGES/messages.mo ## start on http://127.0.0.1:8000 with the fictional 昌吉
	$(FLASK) db upgrade
	$(FLASK) demo --if-empty
	$(FLASK) serve

check: $(VENV)/.test ## lint, types, import contract
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: $(VENV)/.test translations/en/LC_MESSAGES/messages.mo ## lint, types, contract and all tests, on SQLite, PostgreSQL and in the browser
	bash tests/run.sh

bench: $(VENV)/.test ## measure speed and size at 10,000 and 100,000 sites on SQLite and PostgreSQL (bench/README.md)
	$(BIN)/python -m bench $(BENCH)

words: $(VENV)/.run ## collect the interface's strings for the English catalogue
	$(BIN)/python -m app.words

docs: $(VENV)/.run ## write the pages of docs/ that are made from the program
	$(FLASK) handbook

pictures: $(VENV)/.test ## take the README's pictures of the demo anew (needs chromium)
	$(BIN)/python docs/pictures/take.py

.PHONY: help run check test bench words docs pictures
