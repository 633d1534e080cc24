"""What of the indicator library and of proposals for it the chain seals: who changes it past the system is named."""

from jiheng.foundation.audit.sealing import Kind, Part
from jiheng.foundation.workflow.proving import case
from jiheng.registers.indicators.models import FormerSheet, IndicatorReference, LibraryIndicator, Proposal
from jiheng.registers.indicators.proposing import workflow_of
from jiheng.rules.workflow import Workflow


def _table(proposal: Proposal) -> Workflow:
    return workflow_of(proposal.place)


KINDS = (
    case(Proposal, "指标建议", _table),
    Kind(
        LibraryIndicator,
        "指标库的指标",
        (
            Part("references", "参考值", IndicatorReference, ("indicator_id",)),
            Part("former", "以前的版本", FormerSheet, ("indicator_id",)),
        ),
        leave=frozenset({"pieces"}),  # worked out from the others for the search
    ),
)
