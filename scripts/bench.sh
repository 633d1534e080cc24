#!/usr/bin/env bash
# Run every measurement of bench/, one after the other: two at once would slow each other down.
# SQLite always; PostgreSQL too where JIHENG_DATABASE_URL names one, e.g. through scripts/postgres.sh.
source "$(dirname "$0")/common.sh"

bash scripts/setup.sh dev
# What is only compared with stands outside .venv, so that tests never see it.
if [ ! -d .venv/bench ] && ! .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-input --no-deps \
    --require-hashes --target .venv/bench -r requirements/bench.lock; then
    rm -rf .venv/bench
    say "没有装上 requirements/bench.lock，不与 django-import-export 对照"
fi
export JIHENG_BENCH_BESIDE="$PWD/.venv/bench"
for script in bench/*.py; do
    name="$(basename "$script" .py)"
    case "$name" in _* | city | recommendation) continue ;; esac   # parts that the others share; what needs published tables
    say "$script"
    .venv/bin/python -m "bench.$name"
done
