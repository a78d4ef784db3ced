# Everything from a fresh clone, with Python 3.11 or newer and nothing else:
#   make run      play the crisis that ships        make test     the suite, most of the kernel twice
#   make lint     style, types, layers              make bench    write benchmarks/results.md
#   make lock     renew requirements/*.txt          make docs     the documentation, in .venv/docs
#   make wheel    a wheel that carries compiled code, for this Python and system, in dist
#   make coverage   lines and branches that the suite reaches
#   make verify   raids and small games worked out twice, reported salvos, endings of random packs,
#                 what the fit is accepted by, June 2025 as a precedent, comparisons, drivers, weighed
#                 runs, grids, the effect of numbers, faults planted in code, damaged packs and drafts,
#                 intervals, answers, connections, the supply chain, runs that are killed or written
#                 from several sides, failing disks, damaged runs, little memory, one digest, the
#                 built wheel; each at a small size at which it can still fail, 20 minutes in all; one
#                 by its name: .venv/bin/python -m verification kills
#   make verify-release  all that at full size, which takes days, with what cannot fail and is only
#                 reported, the tests' laws on more inputs, and mutants of the code; goes on where
#                 stopped
#   make verify-page    the report and the pages of serve in a browser, and hostile words wherever
#                       words are shown
#   make renew          what examples, the notebook and pages print, pinned digests and kept answers,
#                       as the program has them now; says what has changed; some:
#                       .venv/bin/python -m tests.renew pins pages
#   make verify-peers   what an independent program answers to the bargaining cases
#   .venv/bin/python -m verification.evidence.answers  whether each --json answers as is kept
# verify-peers and bench install peers into a venv of their own; bench without: python -m benchmarks
# verify-page does the same and needs Chromium
PYTHON ?= python3
WORKERS ?= 3
BIN := .venv/bin
# Programs that tests start find the sources' bytecode, whatever the shell says of writing it.
test compiled plain: export PYTHONDONTWRITEBYTECODE :=
# Who is done takes tests off another's end: what they share is made few times.
TESTS := -m pytest -n $(WORKERS) --dist worksteal
READERS := "src/detente/kernel/*,src/detente/pack/*,src/detente/evidence/*,src/detente/ensemble/store.py"
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check
# Extras that Containerfile installs.
IN_IMAGE := assistant docx feeds pandas pptx read serve
COMPILE := .venv/lock/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header --upgrade

.PHONY: run compiled plain test coverage lint docs renew verify verify-release verify-page verify-peers bench wheel lock

run: .venv/ready-run
	$(BIN)/detente run oman-2026

# Compiles the kernel once, so that the workers do not each do it.
compiled: .venv/ready-run
	$(BIN)/detente run oman-2026 --grid tiny --worlds 1 --futures 1 --quiet --overwrite -o .venv/compiled > .venv/compiled.txt
	$(BIN)/detente engage oman-2026 --worlds 1 --futures 1 --quiet > .venv/compiled.txt

# While the kernel is compiled, the rest of what tests need is installed, and then the kernel's tests
# run without the compiler. Those that are marked as plain are not run again with it: each of their
# rules would be compiled by itself.
test: .venv/ready-run
	$(MAKE) --no-print-directory --jobs 2 compiled plain
	$(BIN)/python $(TESTS) -m "not plain"

plain: .venv/ready-dev
	NUMBA_DISABLE_JIT=1 nice $(BIN)/python $(TESTS) tests/kernel

# Lines of the kernel are counted without the compiler, all others with it.
coverage: .venv/ready-dev compiled
	$(BIN)/python -m coverage erase
	$(BIN)/python -m coverage run $(TESTS)
	NUMBA_DISABLE_JIT=1 $(BIN)/python -m coverage run $(TESTS) tests/kernel
	$(BIN)/python -m coverage combine --quiet
	$(BIN)/python -m coverage report
	@echo "Of lines and branches of the kernel and of what reads a user's files:"
	$(BIN)/python -m coverage report --include=$(READERS) --format=total --precision=2

lint: .venv/ready-dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

# Warnings are errors; nothing is fetched, and the pages ask for nothing.
docs: .venv/ready-dev
	$(BIN)/python -m sphinx -W --keep-going -q -b html -d .venv/doctrees docs .venv/docs
	@echo "The documentation lies in .venv/docs/index.html"

renew: compiled
	$(BIN)/python -m tests.renew

verify: .venv/ready-dev
	$(BIN)/python -m verification

verify-release: .venv/ready-dev
	$(BIN)/python -m verification --release

verify-page: .venv/ready-dev .venv/page/ready
	$(BIN)/detente run oman-2026 --options hotline,guarantees --futures 6400 --worlds 32 --quiet --overwrite -o .venv/page/run
	$(BIN)/detente run oman-2026 --set incidents.hotline=1 --futures 6400 --worlds 32 --quiet --overwrite -o .venv/page/before
	$(BIN)/detente report .venv/page/run --since .venv/page/before --tlp amber --overwrite -o .venv/page/report.html
	.venv/page/bin/python -m verification.pages.page .venv/page/report.html .venv/page/pictures
	.venv/page/bin/python -m verification.pages.asked $(BIN)/detente .venv/page/run .venv/page/pictures
	.venv/page/bin/python -m verification.pages.written $(BIN)/detente .venv/page/pictures
	.venv/page/bin/python -m verification.pages.seminar $(BIN)/detente .venv/page/run .venv/page/pictures
	$(BIN)/python -m verification.pages.injection

verify-peers: .venv/peers/ready
	.venv/peers/bin/python -m verification.model.peers verification/cases/bargaining.json verification/model/gambit.json

bench: .venv/ready-run .venv/peers/ready
	$(BIN)/python -m benchmarks

wheel: .venv/ready-run
	DETENTE_COMPILED=1 $(BIN)/python -m pip --disable-pip-version-check wheel --no-deps --no-build-isolation --wheel-dir dist .

lock:
	$(PYTHON) -m venv .venv/lock
	.venv/lock/bin/python -m pip --quiet --disable-pip-version-check install uv
	$(COMPILE) pyproject.toml --group build --output-file requirements/run.txt
	$(COMPILE) pyproject.toml --group build --group dev --constraints requirements/run.txt --output-file requirements/dev.txt
	$(COMPILE) pyproject.toml --group build $(IN_IMAGE:%=--extra %) --constraints requirements/dev.txt --output-file requirements/image.txt
	$(COMPILE) --group peers --constraints requirements/run.txt --output-file requirements/peers.txt
	$(COMPILE) --group page --output-file requirements/page.txt

.venv/ready-run: requirements/run.txt pyproject.toml .venv/bin/python
	$(PIP) install --require-hashes -r $<
	$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

# Has the same versions of all that runs, so that what is at work meanwhile is left as it is.
.venv/ready-dev: requirements/dev.txt .venv/ready-run
	$(PIP) install --require-hashes -r $<
	@touch $@

.venv/%/ready: requirements/%.txt | .venv/bin/python
	$(BIN)/python -m venv .venv/$*
	.venv/$*/bin/python -m pip --quiet --disable-pip-version-check install --require-hashes -r $<
	@touch $@

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "$(PYTHON) is missing or older than Python 3.11. If another one is installed, name it:"; \
		echo "    make $(MAKECMDGOALS) PYTHON=/path/to/python3.12"; exit 2; }
	@$(PYTHON) -m venv .venv || { rm -rf .venv; \
		echo "$(PYTHON) cannot make a virtual environment here. On Debian or Ubuntu: apt install python3-venv"; exit 2; }
