"""What is signed with a self-evaluation: exactly this content, and its hash."""

from decimal import Decimal
from typing import Any

from jiheng.foundation.audit.chain import content_hash
from jiheng.foundation.files.services import evidence_of
from jiheng.stages.evaluation.models import SelfEvaluation


def signed_content(evaluation: SelfEvaluation) -> dict[str, Any]:
    """Return exactly what the unit signs: money, texts, rows with points and reasons, proof and report."""
    return {
        "subject_year": evaluation.subject_year_id,
        "goal": evaluation.goal_id,
        "money": [evaluation.initial_fen, evaluation.budget_fen, evaluation.executed_fen],
        "execution": [_plain(evaluation.execution_points), evaluation.execution_reason],
        "objective": evaluation.actual_objective,
        "total": _plain(evaluation.total),
        "lines": [
            [line.indicator_id, line.actual_text, line.tier, _plain(line.points), line.reason]
            for line in evaluation.lines.order_by("indicator__position", "pk")
        ],
        "evidence": [[one.row, one.name, one.file.digest] for one in evidence_of(evaluation)],
        **({"report": evaluation.sections} if evaluation.sections else {}),  # older signatures stay good
    }


def _plain(points: Decimal | None) -> str | None:
    """Points as one and the same text, whether just computed or read back."""
    return None if points is None else f"{points:.2f}"


def hash_of(evaluation: SelfEvaluation) -> str:
    """Return the hash of the content as it stands now."""
    return content_hash(signed_content(evaluation))
