"""What is signed under the work plan of an evaluation, the indicators agreed with a partner among it."""

from typing import Any

from jiheng.foundation.audit.chain import content_hash
from jiheng.stages.evaluation.models import EvaluationScheme, IndicatorProposal


def signed_scheme(scheme: EvaluationScheme) -> dict[str, Any]:
    """Return exactly what is signed with each step of a work plan."""
    told: dict[str, Any] = {"text": scheme.text, "steps": scheme.steps, "argument": scheme.argument}
    adopted = IndicatorProposal.objects.filter(evaluation_id=scheme.evaluation_id, verdict="adopted").order_by("number")
    if texts := list(adopted.values_list("number", "text")):
        told["adopted"] = [list(one) for one in texts]
    return told


def scheme_hash(scheme: EvaluationScheme) -> str:
    """Return the digest of a work plan as it stands now."""
    return content_hash(signed_scheme(scheme))
