"""What of decisions and of what follows from them the chain seals: who changes it past the system is named."""

from jiheng.foundation.audit.sealing import Kind, Part
from jiheng.registers.cycles.proving import case_of_year
from jiheng.registers.cycles.queries import policy_for
from jiheng.rules.workflow import Workflow
from jiheng.stages.results.models import (
    Accountability,
    Allocation,
    AllocationLine,
    Decision,
    Extension,
    Feedback,
    GroundCase,
    Rectification,
)


def _of_evaluation(decision: Decision) -> Workflow:
    return policy_for(decision.evaluation.cycle).workflows["decision"]


KINDS = (
    case_of_year(Decision, "处理决定", _of_evaluation),
    case_of_year(
        Rectification, "整改", "rectification", (Part("extensions", "延期", Extension, ("rectification_id",)),)
    ),
    case_of_year(Accountability, "绩效问责", "accountability"),
    case_of_year(Allocation, "资金分配", "allocation", (Part("lines", "各单位分得", AllocationLine, ("allocation_id",)),)),
    Kind(Feedback, "评价结果反馈"),
    Kind(GroundCase, "重复和到期政策"),
)
