"""What is signed under an evaluation: exactly its content, and the digest of it."""

from typing import Any

from jiheng.foundation.audit.chain import content_hash
from jiheng.stages.evaluation.models import Evaluation


def signed_content(evaluation: Evaluation) -> dict[str, Any]:
    """Return exactly what is signed with each step."""
    scores = evaluation.lines.order_by("item").values_list("item", "points", "reason")
    return {
        "subject_year": evaluation.subject_year_id,
        "scores": [[item, f"{points:.2f}", reason] for item, points, reason in scores],
        "total": None if evaluation.total is None else f"{evaluation.total:.2f}",
        "grade": evaluation.grade,
        "sections": evaluation.sections,
        **basis_signed(evaluation),
        "findings": list(
            evaluation.findings.values_list("number", "category", "text", "advice", "amount_fen")
        ),
        "reply": [evaluation.unit_reply, evaluation.reply_answer],
        "comments": list(evaluation.comments.values_list("round", "number", "text", "verdict", "answer")),
    }


def hash_of(evaluation: Evaluation) -> str:
    """Return the hash of the content as it stands now."""
    return content_hash(signed_content(evaluation))


def basis_signed(evaluation: Evaluation) -> dict[str, Any]:
    """Return what is signed of it: nothing where nothing was said, so that older signatures stay good."""
    return {"basis": evaluation.basis} if evaluation.basis else {}
