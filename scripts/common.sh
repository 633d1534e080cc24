# What every script needs: the project's folder, words for people, Python, Debian's packages.
# Read by the others with `source`; does nothing by itself.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

say() { printf '\n▶ %s\n' "$*"; }

die() {
    printf '\n✗ %s\n' "$*" >&2
    exit 1
}

# Run Debian's or Ubuntu's package manager; only root can.
can_install() { [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; }

install_packages() {
    say "安装系统软件包：$*"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

# Print the first Python of 3.11 or later that can make virtual environments, or nothing.
find_python() {
    local candidate
    for candidate in ${JIHENG_PYTHON:-} python3 python3.11 python3.12 python3.13 python3.14; do
        if "$candidate" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$candidate"
            return
        fi
    done
}

need_python() {
    local python
    python="$(find_python)"
    if [ -z "$python" ] && can_install; then
        install_packages python3 python3-venv >&2
        python="$(find_python)"
    fi
    [ -n "$python" ] || die "需要 Python 3.11 或更高版本及其 venv 模块。Debian/Ubuntu 上请先运行：
    sudo apt-get install -y python3 python3-venv make"
    printf '%s\n' "$python"
}

# True when the mark $1 says that the files $2… were already dealt with.
up_to_date() {
    local mark="$1"
    shift
    [ -f "$mark" ] && [ "$(cat "$mark")" = "$(digest "$@")" ]
}

digest() { cat "$@" | sha256sum | cut -d' ' -f1; }
