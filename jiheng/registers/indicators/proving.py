"""What of proposals for the library the chain seals: who changes it past the system is named."""

from jiheng.foundation.workflow.proving import case
from jiheng.registers.indicators.models import Proposal
from jiheng.registers.indicators.proposing import workflow_of
from jiheng.rules.workflow import Workflow


def _table(proposal: Proposal) -> Workflow:
    return workflow_of(proposal.place)


KINDS = (case(Proposal, "指标建议", _table),)
