"""What the frame around every page shows: the year's stages, registers, overviews, cycle, notices.

Upper layers are found, never imported by name: the stages by `settings.JIHENG_STAGES` (each name has
`stage.STAGE`; a name with dots is a whole path), the rest by a module `navigation` in any installed
app, which may define

- `ITEMS`: a list of NavItem;
- `CYCLES`: (Person, chosen: str) -> CycleMenu, the switch of the budget year;
- `NOTICES`: (count: (Person) -> int, URL name), the bell;
- `SEARCH`: a URL name that takes ?q=.

What nobody defines is not shown.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any, cast

from django.apps import apps
from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.module_loading import import_string, module_has_submodule

from jiheng.foundation import clock
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.accounts.roles import ROLES
from jiheng.foundation.audit.kept import exactly
from jiheng.foundation.web.stage import Stage, Todo
from jiheng.rules.workflow.steps import Tone

CYCLE_SESSION_KEY = "cycle"
EVERY_ROLE = frozenset(ROLES)

# The groups of the left side, in their order, with the heading that each one has.
GROUPS = {"desk": "", "year": "全年流程", "registers": "基础库", "overview": "统览", "system": "系统"}


@dataclass(frozen=True)
class NavItem:
    """One entry of the left side; `count` may say how many things wait behind it, `todos` feeds the desk.

    `asks` are roles that do not have the entry and of whom something may be wanted all the same.
    `records` names the records whose files may be downloaded, each with who sees them, as those of a stage do.
    """

    key: str
    label: str
    icon: str
    order: int
    url: str
    group: str = "registers"
    roles: frozenset[str] = EVERY_ROLE
    count: Callable[[Person], int] | None = None
    todos: Callable[[Person], list[Todo]] | None = None
    asks: frozenset[str] = frozenset()
    records: Mapping[str, Callable[[Person], QuerySet[Any]]] = field(default_factory=dict)


@dataclass(frozen=True)
class CycleChoice:
    """One budget year that the person may switch to."""

    value: str
    label: str


@dataclass(frozen=True)
class CycleMenu:
    """The budget year in use (whatever object upper layers call a cycle) and the ones to choose from."""

    current: Any
    value: str
    label: str
    choices: tuple[CycleChoice, ...] = ()


@dataclass(frozen=True)
class Entry:
    """An entry of the left side as the template draws it."""

    key: str
    label: str
    icon: str
    url: str
    note: str = ""
    tone: Tone = "grey"
    count: int = 0
    active: bool = False


@dataclass(frozen=True)
class Group:
    """Entries under one heading."""

    key: str
    label: str
    entries: tuple[Entry, ...]


@lru_cache(maxsize=1)
def stages() -> tuple[Stage, ...]:
    """Return the stages of the year in their order."""
    names = getattr(settings, "JIHENG_STAGES", ())
    paths = [name if "." in name else f"jiheng.stages.{name}.stage.STAGE" for name in names]
    there = [path for path in paths if find_spec(path.rpartition(".")[0])]
    found = [cast(Stage, import_string(path)) for path in there]
    return tuple(sorted(found, key=lambda stage: stage.order))


@lru_cache(maxsize=1)
def _modules() -> tuple[ModuleType, ...]:
    configs = [one for one in apps.get_app_configs() if module_has_submodule(one.module, "navigation")]
    return tuple(import_module(f"{one.name}.navigation") for one in configs)


@lru_cache(maxsize=1)
def items() -> tuple[NavItem, ...]:
    """Return the entries of the left side that are not stages."""
    found = [item for module in _modules() for item in cast(list[NavItem], getattr(module, "ITEMS", []))]
    return tuple(sorted(found, key=lambda item: item.order))


@lru_cache(maxsize=8)
def _hook(name: str) -> Any:
    return next((getattr(module, name) for module in _modules() if hasattr(module, name)), None)


def find_again() -> None:
    """Forget what was found: for tests that install other apps."""
    for found in (stages, _modules, items, _hook):
        found.cache_clear()


def cycle_menu(request: HttpRequest) -> CycleMenu | None:
    """Return the budget year in use for this request and the choices; read once a request."""
    if not hasattr(request, "cycle_menu"):
        person: Person | None = getattr(request, "person", None)
        hook = _hook("CYCLES")
        chosen = str(request.session.get(CYCLE_SESSION_KEY, "")) if hook and person else ""
        menu = exactly(person, f"years:{chosen}", lambda: hook(person, chosen)) if hook and person else None
        cast(Any, request).cycle_menu = menu
    return cast(CycleMenu | None, cast(Any, request).cycle_menu)


def current_cycle(request: HttpRequest) -> Any:
    """Return the cycle that the person has chosen at the top of the page, or None."""
    menu = cycle_menu(request)
    return menu.current if menu else None


def notice_count(person: Person) -> int:
    """Return how many notices the person has not read."""
    hook = _hook("NOTICES")
    return int(hook[0](person)) if hook else 0


def notices_url() -> str:
    """Return where the notices are, or ""."""
    hook = _hook("NOTICES")
    return address(hook[1]) if hook else ""


def search_url() -> str:
    """Return where the search is, or ""."""
    return address(_hook("SEARCH") or "")


@lru_cache(maxsize=256)
def address(name: str) -> str:
    """Return the address of a URL name, or "" when this installation has no such page."""
    try:
        return reverse(name) if name else ""
    except NoReverseMatch:
        return ""


def groups(person: Person, path: str, cycle: Any) -> list[Group]:
    """Return the left side for a person: only what the role uses, stages with their place in time."""
    found: dict[str, list[Entry]] = {key: [] for key in GROUPS}
    for item in items():
        url = address(item.url)
        if person.role in item.roles and url:
            count = item.count(person) if item.count else 0
            found[item.group].append(Entry(item.key, item.label, item.icon, url, count=count))
    today = clock.today()
    for stage in stages():
        url = address(stage.home)
        if person.role in stage.roles and url:
            window = stage.deadline(cycle, person.organisation_id) if cycle is not None else None
            note, tone = window.state(today) if window else ("", "grey")
            found["year"].append(Entry(stage.key, stage.label, stage.icon, url, note, tone))
    here = _here([entry for entries in found.values() for entry in entries], path)
    return [
        Group(key, GROUPS[key], tuple(replace(one, active=one is here) for one in entries))
        for key, entries in found.items()
        if entries
    ]


def where(person: Person, path: str) -> str:
    """Return the address of the entry that a page belongs to, "" when it belongs to none; reads nothing."""
    names = [one.url for one in items() if person.role in one.roles]
    names += [one.home for one in stages() if person.role in one.roles]
    return _nearest([address(one) for one in names], path)


def _here(entries: list[Entry], path: str) -> Entry | None:
    """Return the one entry that the page belongs to."""
    url = _nearest([one.url for one in entries], path)
    return next((one for one in entries if one.url == url), None)


def _nearest(urls: list[str], path: str) -> str:
    """Return the longest of the addresses that the path begins with."""
    fitting = [one for one in urls if one and (path == one or (one != "/" and path.startswith(one)))]
    return max(fitting, key=len, default="")
