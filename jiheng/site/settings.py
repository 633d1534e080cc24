"""All settings, read from JIHENG_* variables; an unknown value stops the start."""

import os
import re
from collections.abc import Sequence
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from urllib.parse import unquote, urlparse
from zoneinfo import available_timezones

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from jiheng.rules.policy.loading import ELSEWHERE, pack_folders
from jiheng.rules.workflow.roles import ROLES, SENSITIVE_ROLES

ROOT = Path(__file__).resolve().parents[2]
_KNOWN = {ELSEWHERE}


def text(name: str, default: str = "") -> str:
    """Read a text; `NAME_FILE` names a file that holds it, as secrets do."""
    _KNOWN.update({name, f"{name}_FILE"})
    path = os.environ.get(f"{name}_FILE")
    if path:
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise ImproperlyConfigured(f"{name}_FILE 所指的文件读不出来：{path}（{error}）") from None
    return os.environ.get(name, default)


def flag(name: str, *, default: bool) -> bool:
    """Read 1 or 0."""
    _KNOWN.add(name)
    value = os.environ.get(name, "1" if default else "0")
    if value not in {"0", "1"}:
        raise ImproperlyConfigured(f"{name} 只能是 0 或 1，现为“{value}”")
    return value == "1"


def number(name: str, default: int) -> int:
    """Read a whole number from 1 on."""
    _KNOWN.add(name)
    value = os.environ.get(name, str(default))
    if not re.fullmatch(r"[0-9]{1,9}", value) or int(value) < 1:
        raise ImproperlyConfigured(f"{name} 须为正整数，现为“{value}”")
    return int(value)


def choice(name: str, default: str, allowed: Sequence[str]) -> str:
    """Read one of a few words."""
    value = text(name, default)
    if value not in allowed:
        raise ImproperlyConfigured(f"{name} 只能是 {'、'.join(allowed)}，现为“{value}”")
    return value


def folder(path: Path, name: str) -> Path:
    """Make a folder where there is none."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ImproperlyConfigured(f"{name} 所指的目录建不起来：{path}（{error.strerror}）") from None
    return path


LOCAL = {"localhost", "127.0.0.1", "[::1]"}
DEBUG = flag("JIHENG_DEBUG", default=False)
DEMO = flag("JIHENG_DEMO", default=False)
DATA = Path(text("JIHENG_DATA", str(ROOT / "var")))
SECRET_KEY = text("JIHENG_SECRET_KEY")
if not SECRET_KEY:
    if not DEMO and not DEBUG:
        raise ImproperlyConfigured("未设置 JIHENG_SECRET_KEY；演示或开发时设 JIHENG_DEMO=1 或 JIHENG_DEBUG=1")
    _kept = folder(DATA, "JIHENG_DATA") / "secret-key"
    if not _kept.exists():
        _kept.touch(mode=0o600)
        _kept.write_text(os.urandom(48).hex(), encoding="ascii")
    SECRET_KEY = _kept.read_text(encoding="ascii")
elif re.search(r"insecure|change.?me|example|default|secret.?key", SECRET_KEY, re.IGNORECASE):
    raise ImproperlyConfigured("JIHENG_SECRET_KEY 是样例里的值，谁都知道；请换成至少 50 个随机字符")
elif len(SECRET_KEY) < 50 or len(set(SECRET_KEY)) < 5:
    raise ImproperlyConfigured("JIHENG_SECRET_KEY 太短或太简单，须是至少 50 个随机字符")
ALLOWED_HOSTS = [one.strip() for one in text("JIHENG_HOSTS", ",".join(sorted(LOCAL))).split(",") if one.strip()]
if not ALLOWED_HOSTS or any("*" in one or "/" in one for one in ALLOWED_HOSTS):
    raise ImproperlyConfigured("JIHENG_HOSTS 须逐个写明主机名，用逗号分隔；不能用 *，也不带 https://")
if DEBUG and set(ALLOWED_HOSTS) - LOCAL:
    raise ImproperlyConfigured("JIHENG_DEBUG=1 会把程序内部显示给访问者，只能用于本机，不能与正式主机名同用")
CSRF_TRUSTED_ORIGINS = [one.strip() for one in text("JIHENG_ORIGINS").split(",") if one.strip()]
if any("*" in one or not one.startswith(("https://", "http://")) for one in CSRF_TRUSTED_ORIGINS):
    raise ImproperlyConfigured("JIHENG_ORIGINS 须逐个写明，如 https://jixiao.example.gov.cn；不能用 *")
HTTPS = flag("JIHENG_HTTPS", default=False)
if not HTTPS and any(one.startswith("https://") for one in CSRF_TRUSTED_ORIGINS):
    raise ImproperlyConfigured(
        "JIHENG_ORIGINS 是 https，须同时设 JIHENG_HTTPS=1，否则会话 Cookie 会随不加密的连接发送"
    )
if HTTPS and any(one.startswith("http://") for one in CSRF_TRUSTED_ORIGINS):
    raise ImproperlyConfigured("设了 JIHENG_HTTPS=1，JIHENG_ORIGINS 不能再有 http:// 的来源")
if DEBUG and HTTPS:
    raise ImproperlyConfigured("JIHENG_DEBUG=1 只能用于本机，不能与 JIHENG_HTTPS=1（正式加密访问）同用")
if DEMO and (HTTPS or CSRF_TRUSTED_ORIGINS):
    raise ImproperlyConfigured(
        "JIHENG_DEMO=1 的账号和口令是公开的，不能与 JIHENG_HTTPS、JIHENG_ORIGINS（正式运行的设置）同用"
    )
if TODAY := text("JIHENG_TODAY"):
    try:
        date.fromisoformat(TODAY)
    except ValueError:
        raise ImproperlyConfigured(f"JIHENG_TODAY 须写成 2026-06-30 的样子，现为“{TODAY}”") from None
    if not DEMO and not DEBUG:
        raise ImproperlyConfigured("JIHENG_TODAY 会让审计链和期限记成假日期，只能在演示（JIHENG_DEMO=1）时使用")

JIHENG_STAGES = ["appraisal", "goals", "monitoring", "evaluation", "results", "assessment", "disclosure"]
JIHENG_REGISTERS = [
    "policies", "cycles", "subjects", "budgets", "indicators", "experts", "bodies", "plans", "duties", "exemplars", "rulebooks",
    "standards",
]  # fmt: skip
JIHENG_CHANNELS = ["desk", "dashboards", "exchange", "reports", "people", "rights", "audit", "packages", "portal", "api"]
# What stages say against movements of money; the ledger asks all of them, see docs/decisions/0017.
JIHENG_LEDGER_GATES = [
    "jiheng.stages.goals.services.releasing.release_refusals",
    "jiheng.stages.appraisal.lasting.lasting_refusals",
    "jiheng.registers.standards.gates.standard_gate",
    "jiheng.stages.goals.transfers.services.transfer_refusals",
    "jiheng.stages.monitoring.pacing.pace_refusals",
    "jiheng.stages.monitoring.pausing.pause_refusals",
    "jiheng.stages.results.services.ceilings.ceiling_refusals",
    "jiheng.stages.results.accountability.totals.body_refusals",
    "jiheng.stages.results.grounds.gate.policy_refusals",
]
# What stages say against an event of the year, such as a step of a department's budget, see docs/decisions/0034.
JIHENG_EVENT_GATES = ["jiheng.stages.goals.services.synchrony.event_refusals"]
# What stages do when budgets have changed, in the same act; see docs/decisions/0034.
JIHENG_LEDGER_FOLLOWERS = ["jiheng.stages.goals.services.reopening.follow_money"]
JIHENG_FOUNDATION = ["accounts", "audit", "workflow", "files", "jobs", "notices", "web", "sign_in"]

INSTALLED_APPS = [
    *[f"jiheng.foundation.{name}" for name in JIHENG_FOUNDATION],
    *[f"jiheng.registers.{name}" for name in JIHENG_REGISTERS],
    *[f"jiheng.stages.{name}" for name in JIHENG_STAGES],
    *[f"jiheng.channels.{name}" for name in JIHENG_CHANNELS],
    "jiheng.site",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "axes",
    "csp",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "jiheng.foundation.web.middleware.RequestIdMiddleware",
    "jiheng.foundation.files.middleware.SizeMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "jiheng.foundation.sign_in.middleware.SecondFactorMiddleware",
    "jiheng.foundation.accounts.middleware.PersonMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "jiheng.site.urls"
WSGI_APPLICATION = "jiheng.site.wsgi.application"
AUTH_USER_MODEL = "accounts.User"
LOGIN_URL = "accounts:login"
LOGIN_REDIRECT_URL = "desk:home"
LOGOUT_REDIRECT_URL = "accounts:login"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "jiheng.foundation.sign_in.backend.PasswordBackend",
    "jiheng.foundation.sign_in.backend.PlatformBackend",
]
# Who must have a second factor: 1 for those through whom the most can be done, or the roles by their keys.
_FACTOR = text("JIHENG_SECOND_FACTOR", "0")
SECOND_FACTOR_ROLES = {"0": frozenset[str](), "1": SENSITIVE_ROLES}.get(
    _FACTOR, frozenset(one.strip() for one in _FACTOR.split(",") if one.strip())
)
if unknown := sorted(SECOND_FACTOR_ROLES - set(ROLES)):
    raise ImproperlyConfigured(f"JIHENG_SECOND_FACTOR 没有这样的岗位：{'、'.join(unknown)}；写 0、1 或岗位的键，逗号分隔")
OIDC_ISSUER = text("JIHENG_OIDC_ISSUER")
OIDC_CLIENT_ID = text("JIHENG_OIDC_CLIENT_ID")
OIDC_CLIENT_SECRET = text("JIHENG_OIDC_CLIENT_SECRET")
OIDC_CLAIM = text("JIHENG_OIDC_CLAIM", "preferred_username")
OIDC_LABEL = text("JIHENG_OIDC_LABEL", "统一身份认证")
if OIDC_ISSUER and not (OIDC_CLIENT_ID and OIDC_CLAIM):
    raise ImproperlyConfigured("设了 JIHENG_OIDC_ISSUER，还须设 JIHENG_OIDC_CLIENT_ID（JIHENG_OIDC_CLAIM 不能为空）")
if OIDC_ISSUER and not re.fullmatch(r"https://[^\s?#]+|http://(localhost|127\.0\.0\.1)(:\d+)?(/[^\s?#]*)?", OIDC_ISSUER):
    raise ImproperlyConfigured("JIHENG_OIDC_ISSUER 须以 https:// 开头，如 https://sso.example.gov.cn")
PASSWORDS = flag("JIHENG_PASSWORDS", default=True)
BREAK_GLASS = frozenset(one.strip() for one in text("JIHENG_BREAK_GLASS").split(",") if one.strip())
if not PASSWORDS and not (OIDC_ISSUER and BREAK_GLASS):
    raise ImproperlyConfigured(
        "JIHENG_PASSWORDS=0 时须设 JIHENG_OIDC_ISSUER（从平台登录）和 JIHENG_BREAK_GLASS（平台停用时的应急账号）"
    )
AXES_FAILURE_LIMIT = number("JIHENG_LOGIN_TRIES", 5)
LOGIN_TRIES_NAME = number("JIHENG_LOGIN_TRIES_NAME", 20)
LOGIN_TRIES_ADDRESS = number("JIHENG_LOGIN_TRIES_ADDRESS", 100)
AXES_HANDLER = "jiheng.foundation.accounts.limits.Limits"
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_TEMPLATE = "web/locked.html"
AXES_HTTP_RESPONSE_CODE = 429
if flag("JIHENG_BEHIND_PROXY", default=False):
    AXES_CLIENT_IP_CALLABLE = "jiheng.foundation.web.proxy.address_behind_proxy"
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
     "OPTIONS": {"user_attributes": ("username", "name")}},
    {"NAME": "jiheng.foundation.accounts.validators.LengthValidator", "OPTIONS": {"shortest": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "jiheng.foundation.web.context.shell",
            ],
            "builtins": ["jiheng.foundation.web.templatetags.jiheng"],
        },
    }
]


KNOWN_PASSWORDS = {"", "postgres", "password", "jiheng", "123456", "admin", "changeme", "root"}


def database(url: str) -> dict[str, object]:
    """Read sqlite:///path or postgresql://user:password@host:port/name."""
    try:
        parts = urlparse(url)
        port = str(parts.port or "")
    except ValueError:  # its text may hold the password: it is not repeated
        raise ImproperlyConfigured(
            "JIHENG_DATABASE_URL 不成网址：端口须是数字，口令里的特殊字符按网址规则转写（如 @ 写作 %40）"
        ) from None
    if parts.scheme == "sqlite":
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": unquote(parts.path[1:]),
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
            },
        }
    if parts.scheme == "postgresql":
        local = (parts.hostname or "") in {"", "localhost", "127.0.0.1", "::1"}
        if not local and unquote(parts.password or "").lower() in KNOWN_PASSWORDS:
            raise ImproperlyConfigured("JIHENG_DATABASE_URL 的口令为空或尽人皆知，请给数据库账号设随机口令")
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path[1:]),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": parts.hostname or "",
            "PORT": port,
            "CONN_HEALTH_CHECKS": True,
        }
    raise ImproperlyConfigured("JIHENG_DATABASE_URL 只认 sqlite:///路径 或 postgresql://…")


folder(DATA, "JIHENG_DATA")
DATABASES = {"default": database(text("JIHENG_DATABASE_URL", f"sqlite:///{DATA / 'jiheng.sqlite3'}"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
MEDIA_ROOT = DATA / "media"
# Counters of the throttle; figures kept while nothing is written (jiheng.foundation.audit.kept).
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    "figures": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "figures",
        "TIMEOUT": 24 * 3600,
        "OPTIONS": {"MAX_ENTRIES": 1000},
    },
}
TASKS = {"default": {"BACKEND": text("JIHENG_TASKS", "django_tasks_db.DatabaseBackend")}}

AUDIT_ALGORITHM = choice("JIHENG_AUDIT_ALGORITHM", "auto", ("auto", "sha256", "sm3"))
CLAMAV = text("JIHENG_CLAMAV")
_CLAMAV = re.fullmatch(r"unix:/.+|tcp:[^:]+:([0-9]{1,5})", CLAMAV)
if CLAMAV and not (_CLAMAV and int(_CLAMAV[1] or 1) in range(1, 65536)):
    raise ImproperlyConfigured("JIHENG_CLAMAV 须写成 unix:/run/clamav/clamd.ctl 或 tcp:127.0.0.1:3310")
ANCHOR_FOLDERS = [Path(one.strip()) for one in text("JIHENG_ANCHOR_FOLDERS").split(",") if one.strip()]
if any(not one.is_absolute() or one.is_relative_to(DATA.resolve()) for one in ANCHOR_FOLDERS):
    raise ImproperlyConfigured("JIHENG_ANCHOR_FOLDERS 须是数据目录以外的绝对路径，几个用逗号分隔；锚点与数据放在一处就没有用")

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = text("JIHENG_TIME_ZONE", "Asia/Shanghai")
if TIME_ZONE not in available_timezones():
    raise ImproperlyConfigured(f"JIHENG_TIME_ZONE 没有“{TIME_ZONE}”这个时区，如 Asia/Shanghai")
USE_TZ = True
USE_I18N = True
FORMAT_MODULE_PATH = ["jiheng.foundation.web.formats"]

STATIC_URL = "/static/"
STATIC_ROOT = DATA / "static"
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "jiheng.foundation.web.finders.VendorFinder",
]
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 3600

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "manifest-src": [SELF],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 60 * 60 * number("JIHENG_SESSION_HOURS", 10)
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if flag("JIHENG_BEHIND_PROXY", default=False) else None
API_RATE = number("JIHENG_API_RATE", 300)
API_WRONG_TOKENS = number("JIHENG_API_WRONG_TOKENS", 20)
DATA_UPLOAD_MAX_MEMORY_SIZE = 25 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_PERMISSIONS = 0o640
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o750

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "jiheng.site.logs.JsonLines"}, "plain": {"format": "%(levelname)s %(message)s"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "json" if flag("JIHENG_LOG_JSON", default=False) else "plain",
        }
    },
    "root": {
        "handlers": ["console"],
        "level": choice("JIHENG_LOG_LEVEL", "WARNING", ("DEBUG", "INFO", "WARNING", "ERROR")),
    },
}
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

try:
    pack_folders()
except LookupError as error:
    raise ImproperlyConfigured(error.args[0]) from None
# A name with a slip of the pen would leave the setting as it is by default, and nobody would know.
for _given in sorted(one for one in os.environ if one.startswith("JIHENG_") and one not in _KNOWN):
    if _meant := get_close_matches(_given[7:], [one[7:] for one in _KNOWN], n=1, cutoff=0.8):
        raise ImproperlyConfigured(f"没有 {_given} 这个设置，是不是 JIHENG_{_meant[0]}？见 docs/operations/settings.md")
