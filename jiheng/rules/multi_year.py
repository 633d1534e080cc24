"""Evaluations across the years of a project: which kinds there are, and which years one may cover."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from jiheng.rules.refusal import Refusal

STAGE, OVERALL, POLICY = "stage", "overall", "policy"
"""While the project goes on; of the whole once it is over; of what the policy is good for."""


@dataclass(frozen=True)
class Covered:
    """What an evaluation is to cover: years inclusive, the project's own period, the years that are on record.

    `major` says whether the project is listed as a major one.
    """

    first: int
    last: int
    begins: int
    ends: int
    recorded: Collection[int]
    major: bool


def span_refusals(
    span: str, covered: Covered, today: date, rows: Sequence[Mapping[str, Any]], clause: str
) -> list[Refusal]:
    """Return everything against an evaluation of these years; empty when it may be ordered.

    `rows` are those of the pack (`key` one of the three, `label`, `major` where only major projects may), `clause` its
    clause. An overall evaluation covers the whole period and waits until its last year is over.
    """
    row = next((one for one in rows if one.get("key") == span), None)
    if row is None:
        return [Refusal("制度没有规定这种跨年度评价", clause, "请改选按年度评价，或选制度规定的跨年度评价", "span")]
    label = str(row["label"])
    found = []
    if row.get("major") and not covered.major:
        found.append(Refusal(f"“{label}”只用于重大（重点）项目，这个项目没有列为重大", clause, "请按年度评价", "span"))
    if covered.begins >= covered.ends:
        words = f"项目只在 {covered.begins} 年实施，没有跨年度"
        return [*found, Refusal(words, clause, "请按年度评价", "span")]
    if covered.first >= covered.last:
        found.append(Refusal(f"“{label}”至少包括两个年度", clause, "请选更早的起始年度", "first_year"))
    if covered.first < covered.begins or covered.last > covered.ends:
        words = f"项目实施期是 {covered.begins}—{covered.ends} 年，不能评价这以外的年度"
        found.append(Refusal(words, clause, "请在实施期内选择", "first_year"))
    missing = [str(one) for one in range(covered.first, covered.last + 1) if one not in covered.recorded]
    if missing:
        words = f"系统中没有这个项目 {'、'.join(missing)} 年度的记录"
        found.append(Refusal(words, clause, "请从有记录的年度开始，或先登记这些年度", "first_year"))
    if span == OVERALL:
        if (covered.first, covered.last) != (covered.begins, covered.ends):
            words = f"总体评价包括项目的全部年度（{covered.begins}—{covered.ends} 年）"
            found.append(Refusal(words, clause, "请从最后一个年度安排，起始年度选项目的第一年；只评一部分的选阶段性评价", "first_year"))
        if today.year <= covered.ends:
            words = f"项目到 {covered.ends} 年底才完成，总体评价在完成以后"
            found.append(Refusal(words, clause, "项目没有完成的选阶段性评价", "span"))
    return found
