#!/usr/bin/env bash
# Run every measurement of bench/, one after the other: two at once would slow each other down.
# SQLite always; PostgreSQL too where JIHENG_DATABASE_URL names one, e.g. through scripts/postgres.sh.
source "$(dirname "$0")/common.sh"

bash scripts/setup.sh dev
for script in bench/*.py; do
    name="$(basename "$script" .py)"
    case "$name" in _* | city) continue ;; esac   # parts that the others share
    say "$script"
    .venv/bin/python -m "bench.$name"
done
