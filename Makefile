# The two commands of the README are `make run` and `make test`; each does the set-up that is missing.
PYTHON ?= python3
APP = .venv/bin/python
ENGINE = .venv-engine/bin/python
# more for pytest, in both environments: make test PYTEST_ARGS="-x -k quote"
PYTEST_ARGS ?=
# the engine's libraries are old and warn of it; warnings of our own code stay errors (pyproject.toml)
ENGINE_WARNINGS = -W ignore::DeprecationWarning -W ignore::PendingDeprecationWarning -W ignore::FutureWarning \
  -W ignore::UserWarning -W ignore::ResourceWarning

.PHONY: run test check-and-test-engine setup train evaluate shell check bench clean lock help

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

run: setup ## open the counter (http://127.0.0.1:8000)
	@$(APP) -m runtime run

setup: ## both environments, from the hashed requirement files
	@$(PYTHON) -m runtime.bootstrap

train: setup ## train the engine, if something it depends on changed
	@$(APP) -m runtime train

evaluate: train ## measure understanding on the test utterances; writes build/
	@$(ENGINE) -m bot.engine.evaluate

shell: train ## talk to the counter in the terminal (rasa shell with the actions behind it)
	@$(APP) -m runtime shell

check: setup ## lint, types, arrows between the rooms, tables and knowledge
	@$(APP) -m runtime check

test: setup ## everything: training, check, then all tests in both environments; two things at a time
	@$(MAKE) --no-print-directory --jobs=2 train check-and-test-engine
	@$(APP) -m pytest --ignore=tests/engine --numprocesses=2 --cov --cov-report=term:skip-covered $(PYTEST_ARGS)

check-and-test-engine: check
	@$(ENGINE) -m pytest tests/engine $(ENGINE_WARNINGS) $(PYTEST_ARGS) || [ $$? -eq 5 ]

bench: train ## this counter beside a stock Rasa, on the same messages; writes build/bench.json
	@$(APP) -m bench

lock: setup ## compile the requirement files from pyproject.toml (add UPGRADE=--upgrade for newer versions)
	@$(APP) -m runtime lock $(UPGRADE)

clean: ## remove environments, models, build products and caches; DATA_DIR stays
	@rm -rf .venv .venv-engine build models .rasa .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage*
	@find . -name __pycache__ -type d -not -path './.git/*' -prune -exec rm -rf {} +
