"""Words and tones for lights and states of monitoring."""

from jiheng.registers.cycles.queries import policy_for
from jiheng.rules.monitoring import LIGHT_LABELS
from jiheng.rules.workflow.steps import Tone
from jiheng.stages.monitoring.models import MonitoringReport

LIGHT_TONES: dict[str, Tone] = {"": "grey", "green": "green", "yellow": "amber", "red": "red"}
LIGHT_CHOICES = tuple(LIGHT_LABELS.items())
RULE_LABELS = {
    "behind_schedule": "支出偏慢",
    "execution_floor": "支出偏慢",
    "progress_gap": "进度不同步",
    "idle_money": "资金沉淀",
    "attainment_drift": "偏离目标",
    "attainment_likelihood": "可能完不成",
}


def light_label(light: str) -> str:
    """Return a light in words; a dash before anything is known."""
    return LIGHT_LABELS.get(light, "—")


def state_label(report: MonitoringReport) -> str:
    """Return the state as the cycle's table calls it; a report that nobody touched says so."""
    if report.state == policy_for(report.cycle).workflows["monitoring"].start and not report.fill_version:
        return "未填报"
    return policy_for(report.cycle).workflows["monitoring"].states[report.state].label


def state_tone(report: MonitoringReport) -> Tone:
    """Return the tone of the state as the cycle's table has it."""
    return policy_for(report.cycle).workflows["monitoring"].states[report.state].tone
