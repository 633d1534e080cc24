#!/usr/bin/env bash
# Everything that CI runs, in the same order, stopping at the first failure:
# style, types, imports, rules, SQLite, PostgreSQL, browser.
source "$(dirname "$0")/common.sh"

began=$SECONDS
step() {
    local name="$1" start=$SECONDS
    shift
    say "$name"
    "$@" || die "$name：没有通过"
    printf '  %s：%s 秒\n' "$name" "$((SECONDS - start))"
}

bash scripts/setup.sh dev
bash scripts/prerequisites.sh

# The machine's own settings must not decide what the tests see.
for name in $(env | grep -o '^JIHENG_[A-Z_]*' || true); do
    [ "$name" = JIHENG_CHROMIUM ] || unset "$name"
done

python=.venv/bin/python
quick=(tests/rules tests/policies)
others=(tests --ignore=tests/rules --ignore=tests/policies -m "not browser" -n 2 --dist loadfile --no-loadscope-reorder)

step "代码风格（ruff）" .venv/bin/ruff check .
step "类型（mypy）" .venv/bin/mypy
step "导入方向（import-linter）" .venv/bin/lint-imports --no-logo
step "规则与制度包（无数据库）" $python -m pytest -q -p no:django "${quick[@]}"
step "SQLite" $python -m pytest -q "${others[@]}"
step "PostgreSQL" bash scripts/postgres.sh $python -m pytest -q "${others[@]}"
step "浏览器（Chromium）" $python -m pytest -q -m browser tests -n 2 --dist loadgroup
printf '\n✓ 全部通过，共 %s 秒\n' "$((SECONDS - began))"
