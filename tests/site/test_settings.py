"""Unsafe settings stop the start, in words that say which and why."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from jiheng.site import settings

KEY = "a-secret-of-the-test-with-enough-letters-in-it-0123456789"


def start(folder: Path, **given: str) -> subprocess.CompletedProcess[str]:
    """Read the settings in a process of its own."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("JIHENG_")}
    environment |= {"JIHENG_DATA": str(folder), **given}
    code = "from jiheng.site import settings; print(settings.SECRET_KEY)"
    return subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False
    )


SECRET = {"JIHENG_SECRET_KEY": KEY}


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "未设置 JIHENG_SECRET_KEY"),
        ({"JIHENG_SECRET_KEY": ""}, "未设置 JIHENG_SECRET_KEY"),
        ({"JIHENG_SECRET_KEY": "short"}, "太短或太简单"),
        ({"JIHENG_SECRET_KEY": "0" * 60}, "太短或太简单"),
        (SECRET | {"JIHENG_DEBUG": "1", "JIHENG_HOSTS": "jixiao.example.gov.cn"}, "只能用于本机"),
        (SECRET | {"JIHENG_HOSTS": "*"}, "不能用 *"),
        (SECRET | {"JIHENG_HOSTS": " , "}, "逐个写明主机名"),
        (SECRET | {"JIHENG_HOSTS": "https://jixiao.example.gov.cn"}, "不带 https"),
        (SECRET | {"JIHENG_ORIGINS": "jixiao.example.gov.cn"}, "JIHENG_ORIGINS"),
        (SECRET | {"JIHENG_ORIGINS": "https://*.example.gov.cn"}, "不能用 *"),
        (SECRET | {"JIHENG_DEBUG": "yes"}, "只能是 0 或 1"),
        (SECRET | {"JIHENG_HTTPS": "true"}, "只能是 0 或 1"),
        (SECRET | {"JIHENG_LOGIN_TRIES": "many"}, "须为正整数"),
        (SECRET | {"JIHENG_LOGIN_TRIES_NAME": "0"}, "须为正整数"),
        (SECRET | {"JIHENG_LOG_LEVEL": "LOUD"}, "只能是 DEBUG"),
        (SECRET | {"JIHENG_TIME_ZONE": "Asia/Nowhere"}, "时区"),
        (SECRET | {"JIHENG_DATABASE_URL": "mysql://x"}, "只认 sqlite"),
        (SECRET | {"JIHENG_TODAY": "2026-06-30"}, "假日期"),
        ({"JIHENG_SECRET_KEY": "django-insecure-" + KEY}, "样例里的值"),
        ({"JIHENG_SECRET_KEY": "change-me-" + KEY}, "样例里的值"),
        (SECRET | {"JIHENG_ORIGINS": "https://jixiao.example.gov.cn"}, "JIHENG_HTTPS=1"),
        (SECRET | {"JIHENG_ORIGINS": "http://jixiao.example.gov.cn", "JIHENG_HTTPS": "1"}, "http://"),
        (SECRET | {"JIHENG_DEBUG": "1", "JIHENG_HTTPS": "1"}, "只能用于本机"),
        (SECRET | {"JIHENG_DEMO": "1", "JIHENG_HTTPS": "1"}, "口令是公开的"),
        (SECRET | {"JIHENG_DATABASE_URL": "postgresql://jiheng@db.example/jiheng"}, "尽人皆知"),
        (SECRET | {"JIHENG_DATABASE_URL": "postgresql://jiheng:Postgres@db.example/jiheng"}, "尽人皆知"),
        (SECRET | {"JIHENG_SECOND_FACTOR": "chief"}, "没有这样的岗位"),
        (SECRET | {"JIHENG_OIDC_ISSUER": "http://sso.example.gov.cn", "JIHENG_OIDC_CLIENT_ID": "x"}, "https://"),
        (SECRET | {"JIHENG_OIDC_ISSUER": "https://sso.example.gov.cn"}, "JIHENG_OIDC_CLIENT_ID"),
        (SECRET | {"JIHENG_PASSWORDS": "0"}, "JIHENG_OIDC_ISSUER"),
        (SECRET | {"JIHENG_TODAY": "soon", "JIHENG_DEMO": "1"}, "2026-06-30 的样子"),
        (SECRET | {"JIHENG_TODAY": "2026-02-30", "JIHENG_DEMO": "1"}, "2026-06-30 的样子"),
        ({"JIHENG_SECRET_KEY_FILE": "/nowhere/key"}, "读不出来"),
        (SECRET | {"JIHENG_DATABASE_URL": "postgresql://u:p/w@db.example/jiheng"}, "不成网址"),
        (SECRET | {"JIHENG_DATABASE_URL": "postgresql://u:p@[::1/jiheng"}, "不成网址"),
        (SECRET | {"JIHENG_CLAMAV": "tcp:127.0.0.1:99999"}, "JIHENG_CLAMAV"),
        (SECRET | {"JIHENG_PACKS": "/nowhere"}, "不是目录"),
        (SECRET | {"JIHENG_DATA": "/proc/nowhere"}, "建不起来"),
        (SECRET | {"JIHENG_SESSION_HOURS": "9" * 12}, "须为正整数"),
        (SECRET | {"JIHENG_SECOND_FACTORS": "1"}, "是不是 JIHENG_SECOND_FACTOR？"),
        (SECRET | {"JIHENG_HTTP": "1"}, "是不是 JIHENG_HTTPS？"),
    ],
    ids=lambda one: " ".join(f"{k}={v[:12]}" for k, v in one.items()) if isinstance(one, dict) else "",
)
def test_unsafe_or_unknown_value_stops_the_start(tmp_path: Path, given: dict[str, str], words: str) -> None:
    answer = start(tmp_path, **given)
    assert answer.returncode != 0
    last = answer.stderr.strip().splitlines()[-1]
    assert "ImproperlyConfigured" in last
    assert words in last


def test_what_cannot_be_read_of_an_address_is_not_repeated(tmp_path: Path) -> None:
    answer = start(tmp_path, **SECRET, JIHENG_DATABASE_URL="postgresql://u:geheim/w@db.example/jiheng")
    assert "geheim" not in answer.stderr


def test_safe_settings_start(tmp_path: Path) -> None:
    given = {"JIHENG_HOSTS": "jixiao.example.gov.cn", "JIHENG_ORIGINS": "https://jixiao.example.gov.cn", "JIHENG_HTTPS": "1"}
    assert start(tmp_path, **SECRET, **given).stdout.strip() == KEY


def test_secret_may_lie_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "key").write_text(f"{KEY}\n", encoding="utf-8")
    assert start(tmp_path, JIHENG_SECRET_KEY_FILE=str(tmp_path / "key")).stdout.strip() == KEY


def test_secret_of_the_demo_is_random_kept_and_closed(tmp_path: Path) -> None:
    one, two = start(tmp_path, JIHENG_DEMO="1"), start(tmp_path, JIHENG_DEMO="1")
    assert one.stdout == two.stdout
    assert len(one.stdout.strip()) >= 64
    assert (tmp_path / "secret-key").stat().st_mode & 0o077 == 0
    other = tmp_path / "other"
    assert start(other, JIHENG_DEMO="1").stdout != one.stdout


def test_https_closes_cookies_and_asks_for_encryption(tmp_path: Path) -> None:
    code = (
        "from jiheng.site import settings as s;"
        "print(s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SECURE_SSL_REDIRECT, s.SECURE_HSTS_SECONDS > 0)"
    )
    environment = {name: value for name, value in os.environ.items() if not name.startswith("JIHENG_")}
    environment |= {"JIHENG_DATA": str(tmp_path), "JIHENG_HTTPS": "1", **SECRET}
    answer = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert answer.stdout.split() == ["True"] * 4


@pytest.mark.parametrize(
    ("url", "name", "host"),
    [
        ("postgresql://u:p%40ss@db.example:5433/ji%20heng", "ji heng", "db.example"),
        ("sqlite:////srv/jiheng.sqlite3", "/srv/jiheng.sqlite3", None),
    ],
)
def test_address_of_the_database_is_read(url: str, name: str, host: str | None) -> None:
    found = settings.database(url)
    assert (found["NAME"], found.get("HOST")) == (name, host)
    if host:
        assert (found["USER"], found["PASSWORD"], found["PORT"]) == ("u", "p@ss", "5433")


def test_policy_of_the_pages_is_strict() -> None:
    directives = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    assert directives["default-src"] == ["'none'"]
    assert directives["frame-ancestors"] == directives["base-uri"] == ["'none'"]
    for name in ("script-src", "style-src", "connect-src", "form-action"):
        assert directives[name] == ["'self'"], name


def test_nothing_of_a_superuser_is_installed() -> None:
    assert not [app for app in settings.INSTALLED_APPS if "admin" in app]
