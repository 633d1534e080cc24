"""A registered project's content is changed: what may be changed, what stands against it, what its goal has to do.

Amounts are fen. What was there before is kept beside what stands now; nothing is overwritten without a trace.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from jiheng.rules.money import Fen, format_exact
from jiheng.rules.refusal import Refusal, mistake

FIELDS = {
    "name": "项目名称",
    "overview": "项目概况",
    "served": "支持对象",
    "basis": "立项依据",
    "requested_fen": "申报金额",
    "first_year": "起始年",
    "last_year": "终止年",
    "sector": "领域",
    "category": "支出类别",
}
"""What the content of a project is. Whose it is, its code and its kind are changed on other roads."""
LONGEST = 500
NAME_LONGEST = 300
SHORT_LONGEST = 60


@dataclass(frozen=True)
class Difference:
    """One part of the content that was changed, in words: what it is called, before and after."""

    key: str
    label: str
    before: str
    after: str


def tidy(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parts of a content in their order, texts without blanks around them."""
    return {key: content[key].strip() if isinstance(content[key], str) else content[key] for key in FIELDS if key in content}


def changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Return the keys whose value differs, in the order of `FIELDS`; parts left out of `after` stay."""
    return [key for key in FIELDS if key in after and after[key] != before.get(key)]


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Difference]:
    """Tell what was changed, in words: amounts in 万元, an empty text as “（空）”."""
    return [Difference(key, FIELDS[key], _words(key, before.get(key)), _words(key, after[key])) for key in changed(before, after)]


def _words(key: str, value: Any) -> str:
    if key == "requested_fen":
        return format_exact(int(value or 0))
    return str(value) if value not in {None, ""} else "（空）"


def against(
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    *,
    reason: str,
    document: str,
    budget_year: int,
    budget_fen: Fen,
    clause: str,
) -> list[Refusal]:
    """Return everything against a change of content; `budget_fen` is what the ledger holds for the project."""
    found = []
    keys = changed(before, after)
    now = {**before, **after}
    if not keys:
        found.append(mistake("内容没有变化", "请修改后再保存"))
    if not reason.strip() or len(reason.strip()) > LONGEST:
        found.append(Refusal(f"修改项目内容须写明理由，不超过 {LONGEST} 字", clause, "写明发生了什么变化", "reason"))
    if not document.strip() or len(document.strip()) > NAME_LONGEST:
        found.append(Refusal(f"须写明依据的文件，不超过 {NAME_LONGEST} 字", clause, "填写文件名称和文号", "document"))
    if not str(now["name"]) or len(str(now["name"])) > NAME_LONGEST:
        found.append(mistake(f"项目名称须填写，不超过 {NAME_LONGEST} 字", where="name"))
    found += [
        mistake(f"{FIELDS[key]}不超过 {SHORT_LONGEST} 字", where=key) for key in ("sector", "category") if len(str(now[key])) > SHORT_LONGEST
    ]
    if not now["first_year"] <= budget_year <= now["last_year"]:
        found.append(mistake(f"起止年须包含 {budget_year} 年度", where="last_year"))
    if "requested_fen" in keys and now["requested_fen"] < max(budget_fen, 0):
        words = f"申报金额 {format_exact(now['requested_fen'])}少于台账预算 {format_exact(budget_fen)}"
        found.append(Refusal(words, clause, "请先办理预算调减，再修改申报金额", "requested_fen"))
    return found


def row_that_follows(rule: Sequence[Any] | None) -> Mapping[str, Any] | None:
    """Return the row of `goal_adjustment_reasons` by which a goal must follow a change of content; None without one."""
    rows = (row for row in rule or () if isinstance(row, Mapping))
    return next((row for row in rows if row.get("key") == "content" and row.get("follow")), None)


def covered(changed_at: datetime, submitted_at: datetime | None) -> bool:
    """Whether a goal was handed in after the content was changed, so that its approval answers the change."""
    return submitted_at is not None and changed_at <= submitted_at
