"""The parts of a report while it is written: as typed, as stored, or as the record can say them by itself."""

from collections.abc import Mapping
from typing import Any

from django.http import QueryDict

from jiheng.rules.money import format_wan
from jiheng.rules.policy.outline import Outline
from jiheng.stages.evaluation.documents import rate_of
from jiheng.stages.evaluation.models import SelfEvaluation


def typed_parts(outline: Outline, posted: QueryDict) -> dict[str, str]:
    """Return what the page sent for each part of the outline."""
    return {one.key: posted.get(f"section-{one.key}", "") for one in outline.sections}


def parts_to_write(
    outline: Outline, *, written: Mapping[str, str], made: Mapping[str, str], typed: Mapping[str, str] | None = None
) -> list[dict[str, Any]]:
    """Return each part for the page: what was just typed, else what is stored, else what the record says (`made`)."""
    found = []
    for one in outline.sections:
        own = str(written.get(one.key) or made.get(one.key, ""))
        found.append({
            "section": one,
            "text": own if typed is None else typed.get(one.key, ""),
            "made": typed is None and bool(own) and not written.get(one.key),
            "drafted": made.get(one.key, ""),
        })  # fmt: skip
    return found


def money_words(own: SelfEvaluation) -> str:
    """Return budget and payments of a self-evaluated year in a sentence, in 万元."""
    rate = rate_of(own.budget_fen, own.executed_fen)
    return (
        f"{own.subject_year.budget_year} 年年初预算 {format_wan(own.initial_fen)} 万元，全年预算 {format_wan(own.budget_fen)} 万元，"
        f"全年执行 {format_wan(own.executed_fen)} 万元" + (f"，执行率 {rate}%。" if rate is not None else "。")
    )
