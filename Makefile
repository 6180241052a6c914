# The commands of this project. `make` alone lists them. Each does its own set-up first.
.DEFAULT_GOAL := help
.PHONY: help setup setup-tests demo tour run test soak check bench format lock docs gallery

BIN := .venv/bin

help: ## list these commands
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 10

setup: ## system packages and the .venv with locked versions (seconds when all is there)
	@packaging/setup

setup-tests:
	@packaging/setup --tests

demo: setup ## a whole hall on this machine; ONCE=1 runs the scripted visit and ends
	@$(BIN)/jinghou-kiosk demo $(if $(ONCE),--once)

tour: setup ## the scripted visit through the real processes; pictures and transcript in .demo/tour
	@$(BIN)/jinghou-kiosk demo --once

run: setup ## one of our programs, such as: make run DO="jinghou-devices list"
	@$(BIN)/$(DO)

test: setup-tests ## every test
	@$(BIN)/pytest -n 2 --dist loadfile -m "not bench and not soak"  # they wait more than they work

soak: setup-tests ## the long forms of the proofs: an hour or so
	@$(BIN)/pytest -m soak

check: setup ## formatting, lint, types, layers, generated docs
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/python -m jinghou_config.reference --check docs/configuration.md
	@$(BIN)/python -m jinghou_queue.rules.drawing --check docs/states.md
	@$(BIN)/python -m jinghou_kiosk.drawing --check docs/pages.md

bench: setup-tests ## the figures of docs/performance.md, as ratios within one run
	@$(BIN)/pytest -m bench -s tests/bench

format: setup ## bring the code into the house's form
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

docs: setup ## write the generated parts of docs/ anew
	@$(BIN)/python -m jinghou_config.reference docs/configuration.md
	@$(BIN)/python -m jinghou_queue.rules.drawing docs/states.md
	@$(BIN)/python -m jinghou_kiosk.drawing docs/pages.md

gallery: setup ## every screen in every language, as pictures in .demo/gallery
	@$(BIN)/jinghou-kiosk gallery .demo/gallery

lock: setup ## choose the newest versions that pyproject.toml allows and lock them with their hashes
	@$(BIN)/python -m pip install --quiet uv
	@$(BIN)/uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-header --upgrade --quiet -o packaging/requirements.lock
	@$(BIN)/uv pip compile pyproject.toml --extra pcsc --universal --python-version 3.11 --generate-hashes \
		--constraint packaging/requirements.lock --no-emit-index-url --no-header --upgrade --quiet \
		-o packaging/requirements-tests.lock
