# Needs make and Python 3.10 or newer; everything else is installed into .venv.

# The Python that .venv is made with, for example PYTHON=python3.12; without it,
# the first of these that will do.
PYTHON =
CANDIDATES = $(if $(PYTHON),"$(PYTHON)",python3 python \
    python3.14 python3.13 python3.12 python3.11 python3.10)

# Passed on to JupyterLab, for example LAB_FLAGS=--no-browser.
LAB_FLAGS =

# UPGRADE=1 lets `make lock` take newer versions than those that still fit.
UPGRADE =

# "override", because PLACE is deleted and VENV installed into: neither a variable of the
# shell (make -e) nor one on the command line may name another folder.
# Always "-m jupyterlab", never .venv/bin/jupyter: the commands beside this Python
# stop working when the folder is renamed, modules do not.
override PLACE = .venv
override VENV = $(PLACE)/bin/python

NEW_ENOUGH = import sys; sys.exit(sys.version_info < (3, 10))

.PHONY: help lab test test-long test-slow test-oldest test-versions bench refresh figures style diff lock \
    collect site site-lock test-site pages clean venv requirements test-requirements

help:
	@echo 'make lab      open the course in JupyterLab'
	@echo 'make test     run every notebook and every test, and one notebook in JupyterLab and in the web site'
	@echo 'make test-long    every notebook in a kernel of its own, in JupyterLab and as an exported page'
	@echo 'make test-slow    what takes minutes: each cell left out, long cells run twice'
	@echo 'make test-oldest    the same with the oldest versions that requirements.txt admits'
	@echo 'make test-versions  the same with the oldest and newest, on every Python from 3.10 on'
	@echo 'make bench    measure times and memory beside others: the loop, the digits, the pictures'
	@echo 'make refresh  run every notebook from a clean kernel, keep the new outputs, draw and write what follows'
	@echo 'make figures  draw the pictures in figures/ again'
	@echo 'make style    let ruff format the code and mend what it can'
	@echo 'make diff     show what you changed in the notebooks, without outputs'
	@echo 'make lock     bring binder/requirements.txt, what Binder installs, into line; UPGRADE=1 renews all'
	@echo 'make collect FOLDER=…    list which exercises handed-in notebooks call correct; runs none of them'
	@echo 'make site     build the course as a web site, which runs it in the browser, in _site'
	@echo 'make test-site    build it, and run every notebook in it, in a browser'
	@echo 'make pages    export a self-contained page for each notebook, and all of them as one PDF, into _pages'
	@echo 'make site-lock    pin what the site is made of, after a change in binder/site/versions.toml'
	@echo 'make clean    delete .venv, .venv-versions, .venv-site, _site, _pages and the caches'

# The notebook is named as the start page: given as a file, it would make notebooks/ the
# root, without figures/, and the printed address would not lead to it.
# Where the home can't be written to, Jupyter's own files go beside the packages. In its
# runtime folder lies the token, in a file that others could read if they came into the folder.
lab: requirements
	@runtime="$$HOME/.local/share/jupyter/runtime"; \
	mkdir -p "$$runtime" 2>/dev/null && chmod 700 "$$runtime" && \
	    test -w "$$HOME" -a -w "$$runtime" || { \
	    echo "Your home folder $$HOME can't be written to: Jupyter keeps its own files in .venv/home."; \
	    HOME="$$PWD/.venv/home"; mkdir -p "$$HOME"; export HOME; }; \
	$(VENV) -m jupyterlab --LabApp.default_url=/lab/tree/notebooks/01_data.ipynb $(LAB_FLAGS)

test: test-requirements
	@$(MAKE) --no-print-directory site
	$(VENV) -m pytest -m 'not slow and not outside and not long and (not site or sample)'

# Every notebook in a kernel of its own, by nbval, and in JupyterLab and as an exported page.
NBVAL = --nbval --nbval-current-env --nbval-cell-timeout=60 --nbval-sanitize-with=tests/sanitize.cfg

test-long: test-requirements
	$(VENV) -m pytest $(NBVAL) -m long notebooks tests

# Each in a clean environment of its own. NumPy 1.26, the oldest, has no packages for 3.13.
VERSIONS = 3.10-oldest 3.11-oldest 3.12-oldest 3.10-newest 3.11-newest 3.12-newest 3.13-newest

# What takes minutes: every notebook with each of its cells left out, and long cells run twice.
test-slow: test-requirements
	$(VENV) -m pytest -m slow tests

# uv looks for Pythons in the PATH; those of pyenv are named to it.
test-oldest: VERSIONS = 3.10-oldest
test-oldest test-versions: test-requirements
	@$(call pip,install --upgrade uv)
	@failed=; for name in $(VERSIONS); do \
	    echo "== $$name"; new=.venv-versions/$$name; \
	    case $$name in *-oldest) resolution=lowest-direct;; *) resolution=highest;; esac; \
	    python=$$(ls -d "$$HOME/.pyenv/versions/$${name%-*}".*/bin/python 2>/dev/null | tail -n 1); \
	    $(VENV) -m uv --quiet venv --clear --python "$${python:-$${name%-*}}" $$new && \
	        $(VENV) -m uv --quiet pip install --python $$new --resolution $$resolution -r tests/requirements.txt && \
	        $$new/bin/python -m pytest -q || failed="$$failed $$name"; \
	done; test -z "$$failed" || { echo "These did not pass:$$failed" >&2; exit 1; }

bench: test-requirements
	$(VENV) tests/bench.py

refresh: test-requirements
	$(VENV) tests/refresh.py notebooks/*.ipynb

figures: requirements
	$(VENV) figures/draw.py

# Notebooks are formatted by hand: their comments and arrays stand in columns.
style: test-requirements
	$(VENV) -m ruff format figures tests notebooks/program_that_learns binder
	$(VENV) -m ruff check --fix figures tests notebooks binder

diff: test-requirements
	@$(call pip,install nbdime)
	@$(VENV) -m nbdime diff --ignore-outputs --ignore-metadata --ignore-details HEAD notebooks

# The folder with the notebooks of a class, for example FOLDER=handed-in.
FOLDER =

collect: requirements
	@$(VENV) binder/hub/collect.py "$(FOLDER)"

# Made for Binder's Linux and for the Python in binder/runtime.txt, whatever runs here.
lock: venv
	@$(call pip,install --upgrade uv)
	$(VENV) -m uv pip compile --quiet $(if $(UPGRADE),--upgrade) --generate-hashes \
	    --no-emit-index-url --no-emit-find-links --custom-compile-command 'make lock' \
	    --python-version "$$(sed 's/^python-//' binder/runtime.txt)" \
	    --python-platform x86_64-unknown-linux-gnu \
	    requirements.txt --output-file binder/requirements.txt

# What builds the site has an environment of its own, in which everything is pinned.
site: override PLACE = .venv-site
site: venv
	@$(call install,binder/site/requirements.txt)
	@cmp -s binder/site/wheels.txt $(PLACE)/wheels/installed || { \
	    echo 'Fetching Python for the browser; the first time this takes a minute ...'; \
	    rm -rf $(PLACE)/wheels; \
	    $(call pip,download --no-deps --only-binary :all: --dest $(PLACE)/wheels -r binder/site/wheels.txt); \
	    cp binder/site/wheels.txt $(PLACE)/wheels/installed; }
	$(VENV) binder/site/build.py --wheels $(PLACE)/wheels

test-site: test-requirements
	@$(MAKE) --no-print-directory site
	$(VENV) -m pytest -m site tests/test_site.py

pages: override PLACE = .venv-site
pages: venv
	@$(call install,binder/site/requirements.txt)
	$(VENV) binder/site/export.py

# Needs npm, where the official hashes of Python for the browser are.
site-lock: venv
	@$(call pip,install --upgrade uv "tomli; python_version < '3.11'")
	$(VENV) binder/site/lock.py

clean:
	rm -rf .venv .venv-versions .venv-site _site _pages .pytest_cache .ruff_cache
	find . '(' -name __pycache__ -o -name .ipynb_checkpoints ')' -prune -exec rm -rf {} +

# A sound .venv is kept, unless PYTHON asks for another version. Everything is decided
# before the old one is deleted, and a half-made one is never left behind.
venv:
	@$(VENV) -c 'import pip; $(NEW_ENOUGH)' >/dev/null 2>&1 && \
	    { test -z "$(PYTHON)" || test "$$($(VENV) --version)" = "$$("$(PYTHON)" --version 2>&1)"; } && exit; \
	python=; too_old=; \
	for candidate in $(CANDIDATES); do \
	    "$$candidate" -c '$(NEW_ENOUGH)' >/dev/null 2>&1 && { python=$$candidate; break; }; \
	    version=$$("$$candidate" --version 2>&1) && too_old="$${too_old:-$$version ($$candidate)}"; \
	done; \
	other='or point at another one: make $(MAKECMDGOALS) PYTHON=python3.12'; \
	fail() { echo "$$1" >&2; exit 1; }; \
	if test -z "$$python"; then \
	    test -z "$$too_old" || fail "Found only $$too_old, which is too old: install Python 3.10 or newer, $$other"; \
	    fail "$(if $(PYTHON),$(PYTHON) does not run,No Python was found): install Python 3.10 or newer, $$other"; \
	fi; \
	"$$python" -c 'import ensurepip, venv' 2>/dev/null || \
	    fail "$$python cannot make virtual environments: install what is missing (Debian, Ubuntu: sudo apt install python3-venv), $$other"; \
	rm -rf $(PLACE); \
	output=$$("$$python" -m venv $(PLACE) 2>&1) || { \
	    rm -rf $(PLACE); echo "$$output" | tail -n 1 >&2; \
	    fail "$$python could not make $(PLACE) in this folder: see the line above, $$other"; \
	}

requirements: venv
	@$(call install,requirements.txt)

test-requirements: requirements
	@$(call install,tests/requirements.txt)

# $(call install,FILE): a copy of FILE in $(PLACE) tells that exactly this was installed.
override install = copy=$(PLACE)/installed-$(subst /,-,$(1)); cmp -s $(1) $$copy || { \
	    echo "Installing $(1) into $(PLACE); the first time this takes a minute or two ..."; \
	    $(call pip,install -r $(1)); cp $(1) $$copy; }

# $(call pip,ARGUMENTS): quiet unless it fails, and then the end of what pip said.
override pip = $(VENV) -m pip --disable-pip-version-check $(1) >$(PLACE)/pip.log 2>&1 || { \
	    tail -n 5 $(PLACE)/pip.log >&2; \
	    echo "pip failed (all it said is in $(PLACE)/pip.log): unless the lines above tell why, check the internet connection, then run make $(MAKECMDGOALS) again" >&2; \
	    exit 1; }
