# declass: scanned, declassified documents in, clean text out.
#   make transcribe   all that is needed, from a bare machine to clean text
#   make test         the same for the tests

SCANS       ?= scans
OUTPUT      ?= output
CORRECTIONS ?= corrections
JOBS        ?=
ARGS        ?=
PYTHON      ?= python3

VENV    := .venv
DECLASS := $(VENV)/bin/declass
PIP     := PIP_CONSTRAINT=constraints.txt $(VENV)/bin/python -m pip --disable-pip-version-check --quiet
KNOWN   := SCANS OUTPUT CORRECTIONS JOBS ARGS PYTHON
GIVEN   := $(foreach name,$(.VARIABLES),$(if $(filter command,$(origin $(name))),$(name)))
UNKNOWN := $(filter-out $(KNOWN) MAKE%,$(GIVEN))
ifneq ($(UNKNOWN),)
$(error There is no variable $(UNKNOWN) here; there are $(KNOWN))
endif

OPTIONS := -o "$(OUTPUT)" -c "$(CORRECTIONS)" $(if $(JOBS),-j $(JOBS))
STAGES  := rasterize ocr strip correct report

.DEFAULT_GOAL := help
.PHONY: help setup programs browser test-programs transcribe $(STAGES) suggest review doctor test test-faults lint coverage mutants bench samples screenshots clean

help: ## Show what make can do
	@awk -F ':.*## ' '/^[a-z$$(][^=]*:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))
	@echo "Variables: SCANS=$(SCANS) OUTPUT=$(OUTPUT) CORRECTIONS=$(CORRECTIONS) JOBS= ARGS="

transcribe: setup ## Turn SCANS/ into clean text in OUTPUT/
	@$(DECLASS) transcribe "$(SCANS)" $(OPTIONS) $(ARGS)

rasterize: ## Stage 1 alone: pages to images
ocr: ## Stage 2: images to raw text
strip: ## Stage 3: take banners and page numbers out
correct: ## Stage 4: mend known garbles
report: ## Stage 5: write the report again
$(STAGES): setup
	@$(DECLASS) $@ "$(SCANS)" $(OPTIONS) $(ARGS)

suggest: setup ## Propose dictionary entries for what OUTPUT/ left in doubt
	@$(DECLASS) suggest "$(OUTPUT)" -c "$(CORRECTIONS)" $(ARGS)

review: setup $(VENV)/.review ## Decide on what was found, in the browser
	@$(DECLASS) review "$(OUTPUT)" -c "$(CORRECTIONS)" $(ARGS)

doctor: setup ## Say whether this machine is ready
	@$(DECLASS) doctor

test: $(VENV)/.dev programs browser test-programs ## Run every test, then the linters
	@$(VENV)/bin/python -m pytest $(ARGS)
	@$(MAKE) --no-print-directory lint

test-faults: $(VENV)/.dev programs ## Run the tests that take minutes: faults, and many spoilt inputs
	@$(VENV)/bin/python -m pytest -m "faults or fuzz" --hypothesis-profile many $(ARGS)

lint: $(VENV)/.dev ## Check style, types and security
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/ruff format --check .
	@$(VENV)/bin/mypy
	@$(VENV)/bin/bandit --quiet --configfile pyproject.toml --recursive pipeline scripts
	@PATH="$(VENV)/bin:$$PATH" $(VENV)/bin/python scripts/audit.py

coverage: $(VENV)/.dev programs browser test-programs ## Run every test and say which branches none took
	@$(VENV)/bin/coverage erase
	@$(VENV)/bin/coverage run -m pytest $(ARGS); $(VENV)/bin/coverage combine --quiet; $(VENV)/bin/coverage report

mutants: $(VENV)/.dev ## Change the edits and the matching in small ways, and see whether a test fails
	@$(PIP) install mutmut
	@$(VENV)/bin/mutmut run $(ARGS); $(VENV)/bin/mutmut results

bench: $(VENV)/.dev programs ## Measure accuracy and speed beside bare Tesseract
	@$(VENV)/bin/python -m benchmarks.accuracy --write $(ARGS)
	@$(VENV)/bin/python -m benchmarks.speed --write $(ARGS)
	@$(VENV)/bin/python -m benchmarks.scale --write

samples: $(VENV)/.dev ## Draw the sample scans anew
	@$(VENV)/bin/python scripts/make_samples.py

screenshots: $(VENV)/.dev programs browser ## Take the pictures of docs/images/ anew
	@$(VENV)/bin/python scripts/make_screenshots.py

clean: ## Remove build leftovers (never scans, output or corrections)
	rm -rf build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage* mutants
	find pipeline tests benchmarks scripts -name __pycache__ -type d -prune -exec rm -rf {} +

# ---- what the machine needs; each step runs only where something is missing ----

setup: programs $(VENV)/.main ## Install what is missing: programs and .venv

programs:
	@sh scripts/install-programs.sh

browser:
	@sh scripts/install-browser.sh

test-programs: # qpdf checks exported PDFs; where it cannot be had, that check alone is left out
	@command -v qpdf >/dev/null 2>&1 || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1 && \
		{ apt-get update && apt-get install -y --no-install-recommends qpdf; } >/dev/null 2>&1; } || true

$(VENV)/bin/python:
	@sh scripts/make-venv.sh "$(PYTHON)" "$(VENV)"

$(VENV)/.main: pyproject.toml constraints.txt | $(VENV)/bin/python
	@echo "Installing declass into $(VENV): about 700 MB, some minutes ..."
	@$(PIP) install --editable '.[second-reader,pdf]' || { \
		echo "The second reader cannot be installed here; declass works without it, a little less exactly."; \
		$(PIP) install --editable .; }
	@touch $@

$(VENV)/.review: $(VENV)/.main
	@echo "Installing the review into $(VENV) ..."
	@$(PIP) install --editable '.[review]'
	@touch $@

$(VENV)/.dev: $(VENV)/.main
	@echo "Installing the developers' tools into $(VENV) ..."
	@$(PIP) install --editable '.[dev]'
	@touch $@
