#!/usr/bin/env bash
# Run every measurement of bench/, one after the other: two at once would slow each other down.
source "$(dirname "$0")/common.sh"

bash scripts/setup.sh dev
for script in bench/*.py; do
    case "$(basename "$script")" in _*) continue ;; esac   # parts that the others share
    say "$script"
    .venv/bin/python "$script"
done
