"""Budgets changed for other grounds than a grade: repeated or fragmented, finished or expired policies and projects.

Ratios are per cent, amounts fen.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from jiheng.rules.money import Fen, format_wan, times
from jiheng.rules.refusal import Refusal

ACTIONS = {"cut": "压减", "adjust": "调整政策", "merge": "整合", "cancel": "取消", "dismiss": "不属于该情形"}
"""What may be decided of a policy or project that was marked."""
USUAL = ("cut", "merge", "cancel", "dismiss")
"""What may be decided where a ground of the pack says nothing of it: 一律压减、整合或取消."""


@dataclass(frozen=True)
class Outcome:
    """What a decision leaves: the cut in per cent and in fen, the most that the next year may get, in words."""

    ratio: Decimal
    cut: Fen
    ceiling: Fen
    text: str


def grounds_of(rule: Sequence[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """Return the grounds on which a policy or project is cut, merged or cancelled, by key.

    Money that is to be taken back in its own year (action `recapture`) has a road of its own.
    """
    return {str(row["key"]): row for row in rule if row.get("action") != "recapture"}


def follows_from(row: Mapping[str, Any], kind: str, grade: str) -> bool:
    """Whether a confirmed result of this grade, of a subject of this kind, brings a ground about; False for other grounds."""
    results = row.get("results") or {}
    return grade in results.get("grades", ()) and kind in results.get("kinds", ())


def choices(row: Mapping[str, Any] | None, *, result_stands: bool = False) -> tuple[str, ...]:
    """Return what may be decided on a ground, in the order of `ACTIONS`.

    A ground that follows from a result is there as long as the result stands (`result_stands`): it cannot be let go.
    """
    named = tuple((row or {}).get("decisions") or ())
    allowed = {*(named or USUAL), "dismiss"} - ({"dismiss"} if result_stands else set())
    return tuple(one for one in ACTIONS if one in allowed)


def still_as_before(change: str, changed_parts: Sequence[str]) -> bool:
    """Whether a policy that was to be adjusted is applied for as it was.

    `change` is how it was registered against last year; `changed_parts` what was changed of its content since.
    """
    return change != "adjusted" and not {"overview", "basis"} & set(changed_parts)


def has_run_out(kind: str, first_year: int, last_year: int, budget_year: int) -> bool:
    """Whether a policy or project has reached its last year and so stands on the list for the next budget.

    政策、实施期一年以上的项目，终止年不晚于本年度的算到期；终止年早于本年度而仍在安排的也算。一年一安排的项目到年底自然结束，不算。
    """
    if last_year > budget_year:
        return False
    return kind == "policy" or first_year < last_year or last_year < budget_year


def against(
    action: str, ratio: Decimal | None, reason: str, *, merges: bool, clause: str, allowed: Sequence[str] = USUAL
) -> list[Refusal]:
    """Return what stands against a decision: one of those `allowed` on the ground, 没有例外.

    `merges` says whether another policy or project was named to merge into. A cut lies above 0 and below 100;
    taking everything is to cancel.
    """
    found = []
    if action not in allowed:
        words = "、".join(ACTIONS[one] for one in allowed)
        what = f"这种情形不能决定“{ACTIONS[action]}”" if action in ACTIONS else "没有选择处理"
        found.append(Refusal(f"{what}，可以选择{words}", clause, "选择一种处理", "action"))
    if not reason.strip():
        found.append(Refusal("决定须写明理由", clause, "填写理由", "reason"))
    if action == "cut" and (ratio is None or not 0 < ratio < 100):
        said = "没有填写" if ratio is None else f"为 {_plain(ratio)}%"
        found.append(Refusal(f"压减比例{said}，须大于 0、小于 100%", clause, "一分不压减的不行；全部压减的选“取消”", "ratio"))
    if action == "merge" and not merges:
        found.append(Refusal("整合须写明并入哪一个政策或项目", clause, "选择并入的对象", "into"))
    if action != "merge" and merges:
        found.append(Refusal("只有整合才写并入的对象", clause, "改选“整合”，或者去掉并入的对象", "into"))
    return found


def decided(action: str, base: Fen, ratio: Decimal | None, ground: str, into: str = "") -> Outcome:
    """Return what a decision leaves of `base`; check it with `against` first. A dismissal takes nothing off."""
    share = {"cut": ratio or Decimal(0), "merge": Decimal(100), "cancel": Decimal(100)}.get(action, Decimal(0))
    cut = times(base, share / 100)
    words = {
        "cut": f"压减 {_plain(share)}%，{format_wan(cut)} 万元",
        "adjust": "调整政策",
        "merge": f"整合并入“{into}”",
        "cancel": "取消",
    }.get(action, ACTIONS["dismiss"])
    return Outcome(share, cut, base - cut, f"{ground}：{words}")


def _plain(ratio: Decimal) -> str:
    text = f"{ratio:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
