# One word to run anything, the same here and in CI. Each target installs what it needs into .venv.
#
#   make demo    see tool output shortened and a detail fetched back
#   make test    the tests, with branch coverage     (HYPOTHESIS_PROFILE=ci for at least 500 examples per property)
#   make test-integrations   LangChain, LlamaIndex and LiteLLM at their oldest and newest versions, each in an environment
#                of its own   (ONLY="newest oldest" for some of them)
#   make test-extras  the examples of each integration, with the wheel and that one extra in an empty environment
#   make check   lint, format, types, import contracts, mirror of sources and tests, freshness of the docs
#   make bench   scores on the shared corpus, where it is present, and speed
#   make docs    generate the parts of the docs that come from running code
#   make clean   remove .venv and everything that was generated
#
# PYTHON picks the interpreter: make test PYTHON=python3.12

PYTHON ?= python3
SHARED ?= ../shared

.DEFAULT_GOAL := help
BIN := .venv/bin
STAMP := .venv/.installed
SOURCES := $(patsubst %/,%,$(sort $(dir $(wildcard headroom/*.py tests/*.py examples/*.py benchmarks/*.py scripts/*.py))))

.PHONY: help demo test test-integrations test-extras check bench docs clean

help:
	@sed -n 's/^#   //p' Makefile

$(STAMP): pyproject.toml headroom/_version.py
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	touch $@

demo: $(STAMP)
	$(BIN)/python examples/quickstart.py
	@echo
	@echo '$$ pytest -v tests/test_config.py tests/test_tokens.py | headroom compress --command "pytest -v"'
	@$(BIN)/pytest -v --color=no tests/test_config.py tests/test_tokens.py | \
	  HEADROOM_HOME=.venv/demo $(BIN)/headroom compress --command "pytest -v"

test: $(STAMP)
	$(BIN)/pytest --cov --cov-report=term

test-integrations:
	$(PYTHON) scripts/integrations.py $(ONLY)

test-extras:
	$(PYTHON) scripts/fresh_extras.py $(ONLY)

check: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy $(SOURCES)
	$(BIN)/lint-imports --no-cache
	$(BIN)/python scripts/mirror.py
	$(if $(wildcard scripts/docs.py),$(BIN)/python scripts/docs.py --check)

bench: $(STAMP)
ifneq ($(wildcard $(SHARED)/bench/score.py),)
	$(BIN)/python $(SHARED)/bench/score.py $(SHARED)/corpus --adapter benchmarks.corpus_adapter:safe
	$(BIN)/python $(SHARED)/bench/score.py $(SHARED)/corpus --adapter benchmarks.corpus_adapter:balanced
else
	@echo 'No $(SHARED)/bench/score.py here: the scores on the shared corpus are left out (set SHARED=folder).'
endif
	$(BIN)/python benchmarks/speed.py --corpus $(SHARED)/corpus

docs: $(STAMP)
	$(if $(wildcard scripts/docs.py),$(BIN)/python scripts/docs.py,@echo 'Nothing to generate.')

clean:
	rm -rf .venv .venv-integrations .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage .coverage.* build dist
	find headroom integrations tests examples benchmarks scripts -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true
