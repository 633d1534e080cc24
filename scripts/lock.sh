#!/usr/bin/env bash
# Write the lock files anew from pyproject.toml and package.json. None of them names a host, so each
# place's own mirror serves them. Run after a change of dependencies; uv comes into .venv for it.
source "$(dirname "$0")/common.sh"

[ -x .venv/bin/uv ] || .venv/bin/python -m pip install --quiet --disable-pip-version-check uv
export UV_NO_PROGRESS=1
uv=.venv/bin/uv
$uv lock --quiet ${1:+"$1"}       # "--upgrade" takes newer versions within pyproject's bounds
export_lock() { $uv export --quiet --frozen --no-emit-project --no-header --no-annotate "${@:2}" --output-file "$1"; }
export_lock requirements.lock --no-dev --group build
export_lock requirements/dev.lock --only-group dev
export_lock requirements/node.lock --only-group node
export_lock requirements/bench.lock --only-group bench
# What it shares with the product stands in requirements.lock already.
sed -i '/^\(asgiref\|django\|sqlparse\|typing-extensions\|tzdata\)==/,/[^\\]$/d' requirements/bench.lock
npm install --package-lock-only --ignore-scripts --no-audit --no-fund --loglevel=error
if grep -nE '://' requirements.lock requirements/*.lock || grep -n '"resolved"' package-lock.json; then
    die "锁定文件里出现了网址"
fi
