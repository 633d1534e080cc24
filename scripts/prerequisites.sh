#!/usr/bin/env bash
# See that the programs are there that only the tests need: PostgreSQL, Chromium, a Chinese font and
# the reader of PDF pages. Root gets them from Debian's packages; others are told what to install.
source "$(dirname "$0")/common.sh"

missing() {
    compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || command -v initdb >/dev/null || echo postgresql
    [ -n "${JIHENG_CHROMIUM:-}" ] || command -v chromium chromium-browser google-chrome >/dev/null || echo chromium
    # Not through a pipe that ends early: fc-list would complain about it.
    [ -n "$(fc-list ':lang=zh-cn' 2>/dev/null)" ] || echo fontconfig fonts-noto-cjk
    # Playwright's driver, a Node.js of its own, asks for this library; bare systems lack it.
    PATH="$PATH:/sbin:/usr/sbin" ldconfig -p | grep -c 'libatomic\.so\.1' >/dev/null || echo libatomic1
    command -v pdftotext >/dev/null || echo poppler-utils
}

wanted="$(missing | tr '\n' ' ')"
[ -z "$wanted" ] && exit 0
if can_install; then
    # shellcheck disable=SC2086  # several names
    install_packages $wanted
    wanted="$(missing | tr '\n' ' ')"
fi
[ -z "$wanted" ] || die "测试还需要这些系统软件包，请安装后重试：
    sudo apt-get install -y --no-install-recommends $wanted"
