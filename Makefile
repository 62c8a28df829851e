# Everything runs in .venv, made from requirements.lock; everything written lands in var/.
PYTHON ?= python3
BIN := .venv/bin
INSTALLED := .venv/.installed

.PHONY: demo dev test lint bench readme lock clean

demo: $(INSTALLED)  ## run the whole daily job against a simulated shop and show what came of it
	@$(BIN)/ecom-ai-os demo

dev: $(INSTALLED)  ## Dagster UI and daemon on 127.0.0.1:3000, the simulated shop running beside
	@$(BIN)/ecom-ai-os dev

test: $(INSTALLED)  ## the whole test suite
	@$(BIN)/pytest -q -n 2 --dist loadscope

lint: $(INSTALLED)  ## style, formatting, types, SQL and the import fence
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/sqlfluff lint -q dbt_project/models
	@$(BIN)/lint-imports

bench: $(INSTALLED)  ## benchmarks beside peers, as ratios in one run
	@for file in bench/*.py; do echo "== $$file"; $(BIN)/python $$file || exit 1; done

readme: $(INSTALLED)  ## renew the README's generated tables
	@$(BIN)/python -m assets_tests.test_readme

lock:  ## renew requirements.lock (needs uv)
	uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 \
		--no-emit-index-url --no-header --no-annotate -o requirements.lock

clean:  ## forget everything the program wrote
	rm -rf var

$(INSTALLED): requirements.lock pyproject.toml
	@echo "Setting up .venv (once; about a minute) …"
	@$(PYTHON) -m venv .venv
	@$(BIN)/pip install --quiet --disable-pip-version-check -r requirements.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps -e .
	@touch $@
