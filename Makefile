# The two commands of this checkout. Both prepare what they need and are quick when it is there.
#   make demo   two minutes of guided breathing with a simulated strap
#   make test   every check of the code: style, types, imports, tests
#   make check  the same without the tests
#   make pins   the check sums of what is installed, after a change of pyproject.toml or constraints.txt
#   make bill   the bill of materials and the licences of what the program is made of, in build/bill
#   make test-bluez  before a release: straps over a real Linux Bluetooth in a virtual machine, some minutes
# VENV=folder chooses another virtual environment, PYTEST="..." adds options for pytest.

VENV ?= .venv
PYTEST ?=
BIN := $(VENV)/bin
PREPARE := VENV=$(VENV) sh .ci/prepare
MADE_OF := pyproject.toml hashes/program.txt hashes/tools.txt .ci/prepare
CHECKS := "ruff check" "ruff format --check" "mypy" "lint-imports --no-logo"

.PHONY: help demo check test test-bluez pins bill
.DELETE_ON_ERROR:

help:
	@echo "make demo   two minutes of guided breathing with a simulated strap, in a window or in the terminal"
	@echo "make test   every check of the code: style, types, imports, tests"
	@echo "make check  the same without the tests"
	@echo "make pins   the check sums of what is installed, after a change of pyproject.toml or constraints.txt"
	@echo "make bill   the bill of materials and the licences of what the program is made of, in build/bill"
	@echo "make test-bluez  straps over a real Linux Bluetooth, in a virtual machine: before a release"

demo: $(VENV)/program.stamp
	@if $(PREPARE) libraries; then $(BIN)/biofeedback demo; \
	else echo "Until then, here it is in the terminal."; $(BIN)/biofeedback demo --headless; fi

check: $(VENV)/tools.stamp
	@failed=""; \
	for check in $(CHECKS); do \
	  echo "Checking: $$check"; \
	  $(BIN)/$$check || failed="$$failed, $$check"; \
	done; \
	if [ -n "$$failed" ]; then echo "Not in order: $${failed#, }." >&2; exit 1; fi

test: export QT_QPA_PLATFORM = offscreen
# Each process that a test starts, and each that runs tests, would compile all of the program anew
test: export PYTHONDONTWRITEBYTECODE =
test: $(VENV)/tools.stamp
	@$(PREPARE) libraries
	@failed=""; \
	$(MAKE) --no-print-directory check || failed="checks"; \
	echo "Running the tests"; \
	$(BIN)/pytest -n logical --dist worksteal $(PYTEST) || failed="$${failed:+$$failed, }tests"; \
	if [ -n "$$failed" ]; then echo "Not in order: $$failed." >&2; exit 1; fi

pins:
	@sh .ci/pins hashes

bill:
	@sh .ci/pins bill

test-bluez: $(VENV)/tools.stamp
	@tests/bluez/machine/run $(BIN)/python $(PYTEST)

$(VENV)/program.stamp: $(MADE_OF)
	@$(PREPARE) venv
	@$(PREPARE) packages .
	@touch $@

$(VENV)/tools.stamp: $(MADE_OF)
	@$(PREPARE) venv
	@$(PREPARE) packages '.[dev]'
	@touch $@ $(VENV)/program.stamp
