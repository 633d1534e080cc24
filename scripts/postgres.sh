#!/usr/bin/env bash
# Run a command with a PostgreSQL of its own: a new cluster in a temporary folder on a free port, gone
# afterwards. No cluster of the system is touched. The command finds it in JIHENG_DATABASE_URL.
source "$(dirname "$0")/common.sh"

binaries="$(compgen -G '/usr/lib/postgresql/*/bin' | sort -V | tail -n 1 || true)"
[ -n "$binaries" ] || binaries="$(dirname "$(command -v initdb)")"
[ -x "$binaries/initdb" ] || die "找不到 PostgreSQL 的 initdb：请安装软件包 postgresql"

folder="$(mktemp -d "${TMPDIR:-/tmp}/jiheng-postgres.XXXXXX")"
as_owner=()
if [ "$(id -u)" -eq 0 ]; then   # PostgreSQL refuses to run as root
    id postgres >/dev/null 2>&1 || die "以 root 运行时需要系统用户 postgres（软件包 postgresql 会建立）"
    chown postgres "$folder"
    as_owner=(runuser -u postgres --)
fi
in_folder() { (cd "$folder" && "${as_owner[@]}" "$@"); }

stop() {
    in_folder "$binaries/pg_ctl" -D "$folder/data" -m immediate stop >/dev/null 2>&1 || true
    rm -rf "$folder"
}
trap stop EXIT

port="$(.venv/bin/python -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')"
password="$(.venv/bin/python -c 'import secrets; print(secrets.token_hex(16))')"
printf '%s\n' "$password" | in_folder tee "$folder/password" >/dev/null
in_folder "$binaries/initdb" -D "$folder/data" -U jiheng --pwfile="$folder/password" \
    --auth=scram-sha-256 --encoding=UTF8 --locale=C.UTF-8 --no-sync >/dev/null
# Nothing here outlives the run, so nothing waits for the disk. What a test writes is never committed: a vacuum in its midst
# would note the tables as empty, and every later plan would count on that (a query of milliseconds takes a minute).
in_folder "$binaries/pg_ctl" -D "$folder/data" -w -l "$folder/log" start >/dev/null -o \
    "-c listen_addresses=127.0.0.1 -p $port -k $folder -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c autovacuum=off" \
    || { cat "$folder/log" >&2; die "PostgreSQL 没有启动"; }
# An address without a host leaves the way to libpq: by the socket a short question costs half of what it does by TCP.
export PGHOST="$folder" PGPORT="$port"
PGPASSWORD="$password" "$binaries/createdb" -U jiheng jiheng

JIHENG_DATABASE_URL="postgresql://jiheng:$password@/jiheng" "$@"
