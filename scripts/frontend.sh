#!/usr/bin/env bash
# Bring the front-end files by their lock file into node_modules; no package's own script is run.
# Where the machine has no Node.js, it comes from a hash-locked Python wheel into .node.
source "$(dirname "$0")/common.sh"

up_to_date node_modules/.installed package-lock.json && exit 0

new_enough() { command -v node >/dev/null && command -v npm >/dev/null \
    && node -e 'process.exit(Number(process.versions.node.split(".")[0]) >= 18 ? 0 : 1)'; }

if ! new_enough; then
    if [ ! -x .node/bin/npm ]; then
        say "本机没有 Node.js 18 以上版本，从 Python 软件包安装到 .node（约 70 MB）"
        rm -rf .node
        "$(need_python)" -m venv .node
        .node/bin/python -m pip install --quiet --disable-pip-version-check --no-input \
            --no-deps --require-hashes -r requirements/node.lock
    fi
    PATH="$PWD/.node/bin:$PATH"
fi

say "按 package-lock.json 安装界面文件（Node.js $(node --version)）"
npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
digest package-lock.json >node_modules/.installed
