# make demo    serve the demonstration at http://127.0.0.1:8000
# make test    lint, types, and every test on both databases
# make bench   how quickly the public look-up answers, beside other ways (tests/benchmarks)
# make bench-policies   how quickly policies decide, beside OpenFisca-core
# make lock    resolve the dependencies anew    make assets   build the style sheet anew

PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin
NODE := registry/static/build

.PHONY: demo test bench bench-policies check sqlite postgresql programs lock assets wheel clean

demo: .venv
	@$(call installed,requirements.lock)
	@$(BIN)/python -m registry demo --port $(PORT)

test: .venv programs
	@$(call installed,tests/requirements.lock)
	@$(MAKE) --no-print-directory check
	@$(MAKE) --no-print-directory -j2 --output-sync=target sqlite postgresql

# What ours is measured beside lives in an environment of its own.
RIVAL := build/benchmarks
bench: .venv
	@$(call installed,tests/requirements.lock)
	@cmp -s tests/benchmarks/requirements.lock $(RIVAL)/requirements.lock || { \
	  $(BIN)/python -m venv $(RIVAL) && \
	  $(RIVAL)/bin/pip install --quiet --disable-pip-version-check --no-deps --only-binary :all: \
	    --require-hashes -r tests/benchmarks/requirements.lock && \
	  cp tests/benchmarks/requirements.lock $(RIVAL)/; }
	@$(BIN)/python -m tests.benchmarks --rival $(RIVAL)/bin/python $(BENCH)

# OpenFisca-core is under the AGPL: installed apart, only here, and imported by nothing of ours.
OPENFISCA := build/openfisca
bench-policies: .venv
	@$(call installed,tests/requirements.lock)
	@cmp -s tests/benchmarks/openfisca/requirements.in $(OPENFISCA)/requirements.in || { \
	  $(BIN)/python -m venv $(OPENFISCA) && \
	  $(OPENFISCA)/bin/pip install --quiet --disable-pip-version-check --only-binary :all: \
	    -r tests/benchmarks/openfisca/requirements.in && \
	  cp tests/benchmarks/openfisca/requirements.in $(OPENFISCA)/; }
	@$(BIN)/python -m tests.benchmarks.policies --openfisca $(OPENFISCA)/bin/python $(BENCH)

check:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy .

sqlite postgresql:
	$(BIN)/python -m pytest --database $@ -o cache_dir=.pytest_cache/$@

# Wheels alone, each with a hash from the lock file. Two installers share the work: unpacking is what
# takes long. A copy of the lock file inside the environment says what it holds.
.venv:
	@$(PYTHON) -c 'import sys; sys.exit(None if sys.version_info >= (3, 11) else \
	  "Python 3.11 or newer is needed: make PYTHON=/path/to/python3.11")'
	@$(PYTHON) -m venv .venv

define installed
cmp -s $(1) .venv/$(subst /,-,$(1)) || { \
  echo "Installing from $(1) …"; \
  awk '/^[a-z]/ {half = !half} {print > (".venv/half-" half)}' $(1); \
  install="$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-compile \
    --only-binary :all: --require-hashes"; \
  $$install -r .venv/half-0 & other=$$!; \
  $$install -r .venv/half-1 && wait $$other && \
  cp $(1) .venv/$(subst /,-,$(1)); }
endef

# What the tests use besides Python: a database server, a browser, readers of PDF files, a token.
programs:
	@missing=; \
	ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null || \
	  missing="$$missing postgresql"; \
	command -v chromium >/dev/null || missing="$$missing chromium"; \
	command -v pdftoppm >/dev/null || missing="$$missing poppler-utils"; \
	command -v qpdf >/dev/null || missing="$$missing qpdf"; \
	command -v softhsm2-util >/dev/null || missing="$$missing softhsm2"; \
	if [ -z "$$missing" ]; then exit 0; fi; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  echo "Installing$$missing …"; \
	  apt-get -qq update && DEBIAN_FRONTEND=noninteractive \
	    apt-get -qq -y install --no-install-recommends $$missing >/dev/null; \
	else \
	  echo "The tests need these Debian packages: apt-get install$$missing" >&2; exit 1; \
	fi

lock: .venv
	@$(BIN)/pip install --quiet --disable-pip-version-check uv
	@$(BIN)/uv pip compile pyproject.toml $(COMPILE) -o requirements.lock
	@$(BIN)/uv pip compile pyproject.toml $(COMPILE) --extra test -c requirements.lock \
	  -o tests/requirements.lock
	@$(BIN)/uv pip compile tests/benchmarks/requirements.in $(COMPILE) -c tests/requirements.lock \
	  -o tests/benchmarks/requirements.lock
COMPILE := --quiet --universal --generate-hashes --no-header --no-annotate --no-emit-index-url

assets:
	cd $(NODE) && npm ci --ignore-scripts --no-audit --no-fund && npm run build

wheel: .venv
	@$(call installed,tests/requirements.lock)
	$(BIN)/python -m build --no-isolation

clean:
	rm -rf .venv build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis $(NODE)/node_modules
