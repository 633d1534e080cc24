#!/usr/bin/env bash
# Make everything that running needs: .venv from the hash-locked files, the command jiheng, the
# front-end files. With the argument "dev", what testing needs from Python too. Safe to repeat.
source "$(dirname "$0")/common.sh"

locks=(requirements.lock)
[ "${1:-}" = dev ] && locks+=(requirements/dev.lock)

# A half-made environment (stopped in the middle, or its Python gone) is made anew.
if ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
    python="$(need_python)"
    say "建立虚拟环境 .venv（$("$python" --version)）"
    rm -rf .venv
    "$python" -m venv .venv
fi

for lock in "${locks[@]}"; do
    mark=".venv/installed-$(basename "$lock")"
    if ! up_to_date "$mark" "$lock"; then
        say "按 $lock 安装 Python 软件包（逐个核对摘要，约需半分钟）"
        .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-input \
            --no-deps --require-hashes -r "$lock"
        digest "$lock" >"$mark"
    fi
done

if ! up_to_date .venv/installed-jiheng pyproject.toml || [ ! -x .venv/bin/jiheng ]; then
    say "安装 jiheng 命令"
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-input \
        --no-deps --no-build-isolation --no-index --editable .
    digest pyproject.toml >.venv/installed-jiheng
fi

bash scripts/frontend.sh
