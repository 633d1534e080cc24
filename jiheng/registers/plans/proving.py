"""What of action plans the chain seals: who changes it past the system is named."""

from jiheng.foundation.audit.sealing import Kind
from jiheng.foundation.files.proving import ATTACHED
from jiheng.registers.plans.models import Plan, PlanTask


def _steps(_: object) -> dict[str, str]:
    return dict(PlanTask.STATES)


KINDS = (
    Kind(Plan, "行动计划", place="cycle__place"),
    Kind(PlanTask, "行动计划的任务", ATTACHED, steps=_steps, place="plan__cycle__place"),
)
