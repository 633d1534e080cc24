"""The report on one published table: its form, what does not agree in it, what could not be read."""

from collections.abc import Mapping
from dataclasses import asdict

from jiheng.rules.published.checks import CHECKS
from jiheng.rules.published.entering import enter, is_table
from jiheng.rules.published.figures import cell

NO_TABLE = "没有绩效目标表或自评表的任何栏目"


def report(index: int, raw: object) -> dict[str, object]:
    """One entry of the report; an object that is no table at all is reported as unread."""
    if not isinstance(raw, Mapping):
        return unreadable(index, f"不是一个 JSON 对象，而是{_kind(raw)}；请每行写一张表", cell(raw)[:60])
    if not is_table(raw):
        return unreadable(index, NO_TABLE, "、".join(str(key) for key in list(raw)[:6]))
    form = enter(raw)
    return {
        "index": index,
        "source": form.source or None,
        "project_name": form.project_name or None,
        "form": form.form,
        "findings": [asdict(finding) for find in CHECKS.values() for finding in find(form)],
        "unread": [asdict(unread) for unread in form.unread],
    }


def _kind(raw: object) -> str:
    """What a JSON value is called."""
    if raw is None or isinstance(raw, bool):
        return "空值" if raw is None else "真假值"
    if isinstance(raw, list):
        return "列表"
    return "文字" if isinstance(raw, str) else "数字"


def unreadable(index: int, why: str, text: str = "") -> dict[str, object]:
    """The entry of a line that is no table."""
    unread = [{"where": "整行", "published": text, "why": why}]
    return {
        "index": index,
        "source": None,
        "project_name": None,
        "form": None,
        "findings": [],
        "unread": unread,
    }
