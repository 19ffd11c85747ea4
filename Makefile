# One command per task; `make help` lists them. Everything is installed into .venv, which is made when needed.
.DEFAULT_GOAL := help
.PHONY: help demo test test-long matrix browsers check bench lessons site screenshot django-suite dist clean soak
# A recipe line ends in `exec`, so that Ctrl-C and SIGTERM reach the program itself.
PYTHON_HERE := .venv/bin/python
TEST_PACKAGES := scripts/system-packages chromium:chromium redis-server:redis-server nginx:nginx apache2:apache2 \
	systemd-analyze:systemd /usr/lib/apache2/modules/mod_wsgi.so:libapache2-mod-wsgi-py3 npm:npm

export PYTHONUNBUFFERED = 1
# They are for the Python that the user works with, and would keep ours from starting.
unexport PYTHONHOME PYTHONPATH PYTHONSTARTUP PYTHONSAFEPATH PYTHONDEVMODE

help: ## Show this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | while IFS="$$(printf '\t')" read -r name text; do \
		printf '  make %-12s %s\n' "$$name" "$$text"; done

demo: ## Set up and run everything on http://127.0.0.1:8484 (HOST and PORT change that); Ctrl-C ends it
	@scripts/environment requirements.lock
	@exec $(PYTHON_HERE) manage.py demo

test: ## Set up and run all tests (ARGS="tests/fleet -x" chooses)
	@scripts/environment requirements-dev.lock
	@$(TEST_PACKAGES)
	@scripts/node-packages
	@exec $(PYTHON_HERE) scripts/run_tests.py $(ARGS)

test-long: ## Run what takes long: faults, and every server with the probes and without (ARGS="tests/long -k granian")
	@scripts/environment requirements-dev.lock
	@$(TEST_PACKAGES)
	@scripts/node-packages
	@exec $(PYTHON_HERE) scripts/run_tests.py $(or $(ARGS),--long)

matrix: ## Test the probes on each Python that is here with each Django (ARGS="3.13 --django 6.0" chooses)
	@scripts/environment requirements-dev.lock
	@exec $(PYTHON_HERE) scripts/matrix.py $(ARGS)

browsers: ## Measure and use every page in Firefox and WebKit (ARGS="-k webkit" chooses)
	@scripts/environment requirements-dev.lock
	@scripts/system-packages firefox-esr:firefox-esr WebKitWebDriver:webkit2gtk-driver Xvfb:xvfb
	@exec $(PYTHON_HERE) -m pytest tests/engines $(ARGS)

check: ## Check format, lint, types and the direction of imports
	@scripts/environment requirements-dev.lock
	@scripts/system-packages npm:npm
	@scripts/node-packages
	$(PYTHON_HERE) -m ruff format --check .
	$(PYTHON_HERE) -m ruff check .
	$(PYTHON_HERE) -m mypy
	$(PYTHON_HERE) .venv/bin/lint-imports --no-cache --no-logo
	.venv/bin/oxfmt --check static tests bench
	.venv/bin/oxlint static tests bench
	node_modules/.bin/tsc --project .
	$(PYTHON_HERE) -m djlint --check --lint templates samples

bench: ## Measure the cost of the probes and the speed of the dashboard
	@scripts/environment requirements-dev.lock
	@exec $(PYTHON_HERE) -m bench

soak: ## Use everything for 15 minutes and fail when a process only ever grows (SOAK_MINUTES=3 shortens it)
	@scripts/environment requirements-dev.lock
	@exec $(PYTHON_HERE) -m bench.soak

lessons: ## Measure all lessons three times, write var/lessons.md, and fail when one no longer holds
	@scripts/environment requirements.lock
	@mkdir -p var
	@exec $(PYTHON_HERE) manage.py lesson all --repeat 3 --report var/lessons.md

site: ## Write all lessons with their films as static pages into the folder SITE (var/site)
	@scripts/environment requirements.lock
	@exec $(PYTHON_HERE) manage.py site $(or $(SITE),var/site)

screenshot: ## Take the README's pictures, a still and a moving one, of the running page
	@scripts/environment requirements-dev.lock
	@scripts/system-packages chromium:chromium
	@exec $(PYTHON_HERE) scripts/screenshot.py

django-suite: ## Run Django's own tests without the probes and with them, and compare (ARGS="asgi" chooses)
	@scripts/environment requirements-dev.lock
	@exec $(PYTHON_HERE) scripts/django_suite.py $(ARGS)

dist: ## Build the packages gatescope and gatescope-probes, wheels and sdists, into dist/
	@scripts/environment requirements-dev.lock
	rm -rf dist
	$(PYTHON_HERE) -m build --no-isolation --outdir dist .
	$(PYTHON_HERE) -m build --no-isolation --outdir dist packaging/probes

clean: ## Remove .venv, node_modules, caches and the data in var/
	rm -rf .venv node_modules var .mypy_cache .pytest_cache .ruff_cache .hypothesis build dist *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
