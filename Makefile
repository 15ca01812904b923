# kbctl: `make demo` and `make test` install into .venv by themselves; both work offline once that is done.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
# The sample knowledge base, the demo and the tests are all pinned to this day.
TODAY := 2026-11-21
CATALOGUE := kbctl/locale/zh_CN/LC_MESSAGES/kbctl.po

.PHONY: demo test quality kill faults lint bench catalogue rule-pages clean help

help:
	@echo "make demo       validate and search the shipped knowledge base, as of $(TODAY)"
	@echo "make test       run the tests"
	@echo "make quality    ask the sample's questions, and say what got worse since the kept results"
	@echo "make kill       kill and race submit, accept and recall a few hundred times (minutes)"
	@echo "make faults     kill and corrupt the search index 200 times each (minutes)"
	@echo "make lint       ruff and mypy"
	@echo "make bench      measure speed against named peers (minutes)"
	@echo "make catalogue  collect messages into the Chinese catalogue after a change of words"

$(STAMP): pyproject.toml constraints.txt hatch_build.py $(wildcard kbctl/locale/*/LC_MESSAGES/*.po)
	@test -d $(VENV) || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@touch $@

demo: $(STAMP)
	@TODAY=$(TODAY) PATH="$(CURDIR)/$(BIN):$$PATH" sh docs/demo.sh

test: $(STAMP)
	$(BIN)/python -m pytest -n auto tests

quality: $(STAMP)
	KBCTL_TODAY=$(TODAY) $(BIN)/kbctl search-test --worktree --baseline kb/search-baseline.json

kill: $(STAMP)
	$(BIN)/python -m pytest -n auto -m slow tests/submissions

faults: $(STAMP)
	$(BIN)/python -m tests.faults.kills 200
	$(BIN)/python -m tests.faults.corruptions 200

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(STAMP)
	@# A peer of the search; ripgrep is measured too where it is installed.
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt tantivy
	$(BIN)/python bench/validate.py
	$(BIN)/python bench/reports.py
	$(BIN)/python bench/submissions.py
	$(BIN)/python bench/search.py

catalogue: $(STAMP)
	$(BIN)/pybabel -q extract --no-wrap --omit-header --sort-by-file --add-location file --keywords N_ --output kbctl/locale/kbctl.pot kbctl
	$(BIN)/pybabel -q update --no-wrap --no-fuzzy-matching --ignore-obsolete --domain kbctl --locale zh_CN --input-file kbctl/locale/kbctl.pot --output-dir kbctl/locale
	@# Dates and names in the header would change with every run, and say nothing.
	sed -i.bak -E '/^"(Project-Id-Version|POT-Creation-Date|PO-Revision-Date|Last-Translator|Language-Team|Report-Msgid-Bugs-To|Generated-By):/d' $(CATALOGUE)
	rm $(CATALOGUE).bak
	$(BIN)/pybabel -q compile --domain kbctl --directory kbctl/locale

clean:
	rm -rf $(VENV) .demo .pytest_cache .mypy_cache .ruff_cache dist build
