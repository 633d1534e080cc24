"""A review by several parties in a fixed order: whose turn it is, and which party still lacks before a conclusion."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jiheng.rules.appraisal import CHANGES, Request
from jiheng.rules.money import Fen, format_wan
from jiheng.rules.refusal import Refusal


@dataclass(frozen=True)
class Party:
    """One party: its key, who it is, what it does at the table, by which roles it acts."""

    key: str
    label: str
    duty: str
    roles: tuple[str, ...]


def parties_of(value: Sequence[Mapping[str, Any]] | None) -> tuple[Party, ...]:
    """Read the parties of a pack in their order; none where it says nothing. ValueError for a party named twice."""
    found = tuple(Party(one["key"], one["label"], one["duty"], tuple(one["roles"])) for one in value or ())
    if len({one.key for one in found}) < len(found):
        raise ValueError("会审的一方写了两次")
    return found


def review_demanded(parties: Sequence[Party], threshold: Fen | None, changes: Collection[str] | None, request: Request) -> bool:
    """有会审各方的须会审；规定了限额的，达到限额（含本数）的才须会审；`changes` 限定情形，空为不限。"""
    if not parties or (threshold is not None and request.amount_fen < threshold):
        return False
    if changes is None:
        return True
    return bool(set(CHANGES.get(request.change, (request.change,))) & set(changes))


def threshold_words(amount: Fen, threshold: Fen | None) -> str:
    """Say why an amount is reviewed or not."""
    if threshold is None:
        return "评估项目一律须会审"
    reached = "达到" if amount >= threshold else "未达到"
    return f"申报 {format_wan(amount)} 万元，{reached} {format_wan(threshold)} 万元的会审限额（含本数）"


@dataclass(frozen=True)
class Standing:
    """How far a review is: who has spoken, which questions lack an answer, whose signature stands on the content as it is."""

    spoken: frozenset[str]
    open_questions: int
    minuted: bool
    signed: frozenset[str]


def turn_refusals(parties: Sequence[Party], spoken: Collection[str], party: str, clause: str) -> list[Refusal]:
    """会审按规定的次序进行：前面的一方还没有办的，后面的不能办。"""
    found: list[Refusal] = []
    for one in parties:
        if one.key == party:
            return found
        if one.key not in spoken:
            found.append(
                Refusal(f"还没有{one.label}{one.duty}，不能先办后面的环节", clause, f"请先由{one.label}{one.duty}", one.key)
            )
    return [Refusal("不是会审的一方", clause)]


def signing_refusals(parties: Sequence[Party], standing: Standing, clause: str) -> list[Refusal]:
    """各方都办了、质询都答复了、有了会议纪要，才能签字。"""
    found = [
        Refusal(f"还没有{one.label}{one.duty}，不能签字", clause, f"请先由{one.label}{one.duty}", one.key)
        for one in parties
        if one.key not in standing.spoken
    ]
    if standing.open_questions:
        found.append(Refusal(f"还有 {standing.open_questions} 条质询没有答复，不能签字", clause, "请先逐条答复", "questions"))
    if not standing.minuted:
        found.append(Refusal("还没有会审纪要，不能签字", clause, "请先写明会审纪要", "minutes"))
    return found


def conclusion_refusals(
    parties: Sequence[Party], standing: Standing | None, clause: str, name: str = "会审"
) -> list[Refusal]:
    """会审的每一方都办了、都在同一内容上签字的，才能作出结论；缺哪一方写明哪一方。`standing` 为空是还没有召集。"""
    if standing is None:
        parts = "、".join(f"{one.label}{one.duty}" for one in parties)
        return [Refusal(f"还没有{name}，不能作出结论：须经{parts}", clause, f"请先召集{name}", "joint")]
    found = []
    for one in parties:
        if one.key not in standing.spoken:
            found.append(Refusal(f"{name}缺{one.label}{one.duty}，不能作出结论", clause, f"请先由{one.label}{one.duty}", one.key))
        elif one.key not in standing.signed:
            found.append(
                Refusal(f"{one.label}还没有在现在的{name}内容上签字，不能作出结论", clause, f"请{one.label}签字", one.key)
            )
    if standing.open_questions:
        found.append(Refusal(f"{name}还有 {standing.open_questions} 条质询没有答复，不能作出结论", clause, "请先逐条答复", "questions"))
    return found
