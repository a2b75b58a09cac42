# The commands of a day's work; CONTRIBUTING.md says what each is for.
# Extra arguments go through ARGS, for example: make test ARGS=tests/core

SHELL := /bin/bash
BIN := .venv/bin
INPUTS := requirements-dev.lock pyproject.toml installer/linux/system-packages
STAMP := .venv/set-up-$(shell cat $(INPUTS) | cksum | cut -d ' ' -f 1)
JUDGE := .oracle/set-up-$(shell cksum < requirements-judge.lock | cut -d ' ' -f 1)

# The first Python that CounterDesk runs on and that can make a virtual environment.
SUITABLE := import ensurepip, sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))
FIND_PYTHON := for python in python3 python3.13 python3.12 python3.11 ""; do \
	test -z "$$python" || ! $$python -c '$(SUITABLE)' 2>/dev/null || break; done; \
	test -n "$$python" || { echo "No Python 3.11, 3.12 or 3.13 that has its venv module:" \
	"install one (on Debian python3 and python3-venv) and try again."; exit 1; }

# Without a display the demo walks through the window by itself and leaves pictures.
HEADLESS := $(if $(DISPLAY)$(WAYLAND_DISPLAY)$(filter Darwin,$(shell uname)),,yes)
DEMO := $(if $(HEADLESS),--headless --out demo-out)

.PHONY: setup demo test lint bench faults lock messages clean

setup: $(STAMP)

$(STAMP):
	installer/linux/system-packages
	@test -x $(BIN)/python || { $(FIND_PYTHON); $$python -m venv .venv; }
	$(BIN)/python -m pip install --quiet --no-deps --require-hashes -r requirements-dev.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	$(BIN)/python -c 'import PySide6.QtWidgets' # says at once which system library is missing
	@rm -f .venv/set-up-*
	@touch $@

# A printer simulator that nobody here wrote. It asks for a newer Python than it needs, so it stands
# in a folder of its own: tests/printing/emupos_judge.py.
$(JUDGE): | setup
	@rm -rf .oracle
	$(BIN)/python -m pip install --quiet --target .oracle --ignore-requires-python --no-deps \
		--require-hashes -r requirements-judge.lock
	@touch $@

demo: setup
	$(BIN)/counterdesk demo $(DEMO) $(ARGS)

test faults bench: export QT_QPA_PLATFORM := offscreen

# Every process of a run that may not keep what Python compiled compiles it again.
test faults: export PYTHONDONTWRITEBYTECODE :=

test: setup $(JUDGE)
	$(BIN)/python -m pytest -n 2 --dist worksteal $(ARGS)

# A whole run writes what it did into benchmarks/RESULTS.md.
faults: setup $(JUDGE)
	$(BIN)/python -m pytest -m faults -n 2 --dist worksteal --timeout 1800 \
		-o faulthandler_timeout=1700 $(if $(ARGS),,-p tests.faults.results_page) $(ARGS)

bench: setup $(JUDGE)
	$(BIN)/python benchmarks/run.py $(ARGS)

lint: setup
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -q tests/guards/test_no_addresses.py

# Both lists name every file by its hash and no place to fetch it from.
LOCK := .lock/bin/uv pip compile --quiet --no-config --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --no-emit-find-links \
	--custom-compile-command "make lock" $(ARGS)
EMUPOS := emupos==0.4.0 --hash=sha256:d41f15caa2b286e7303b12c4bdcb02dc395c75553479d02b20566e2bacc2bb9a
# Beside it stands what the benchmarks compare receipts with.
JUDGE_NEEDS := pydantic pyyaml pillow segno python-barcode 'python-escpos>=3.1,<4'

lock: .lock/bin/uv
	$(LOCK) --output-file requirements.lock pyproject.toml
	$(LOCK) --group dev --constraints requirements.lock --output-file requirements-dev.lock \
		pyproject.toml
	printf '%s\n' $(JUDGE_NEEDS) | $(LOCK) --no-annotate --output-file requirements-judge.lock -
	echo '$(EMUPOS)' >> requirements-judge.lock

.lock/bin/uv:
	@$(FIND_PYTHON); $$python -m venv .lock
	.lock/bin/python -m pip install --quiet 'uv>=0.13,<0.14'

messages: setup
	$(BIN)/pybabel --quiet extract --keywords '_ ngettext:1,2' --no-location --sort-output \
		--add-comments 'Translators:' --project CounterDesk --version '' \
		--copyright-holder 'CounterDesk contributors' --omit-header \
		--output-file resources/locale/counterdesk.pot src

clean:
	rm -rf .venv .lock build dist demo-out .mypy_cache .ruff_cache .pytest_cache .hypothesis
	rm -rf .import_linter_cache
	find src tests -name __pycache__ -type d -prune -exec rm -rf {} +
