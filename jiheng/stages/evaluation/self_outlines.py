"""Which outline a self-evaluation's report has to follow, and which of its parts are written."""

from jiheng.registers.cycles.queries import policy_for, rule_in
from jiheng.rules.policy.outline import Outline, Section
from jiheng.rules.self_report import outline_asked
from jiheng.stages.evaluation.models import SelfEvaluation


def outline_for(record: SelfEvaluation) -> Outline | None:
    """Return the outline in which the self-evaluation has to be written up; None where no report is asked."""
    rule = rule_in(record.cycle, "self_evaluation_report")
    if rule is None:
        return None
    key = outline_asked(rule.value, record.subject_year.kind, record.budget_fen)
    return policy_for(record.cycle).documents.get(key)


def report_missing(record: SelfEvaluation) -> list[str]:
    """Return the titles of the parts that must be written and are not."""
    outline = outline_for(record)
    return outline.missing(record.sections) if outline is not None else []


def parts_of(record: SelfEvaluation) -> list[tuple[Section, str]]:
    """Return the parts of the outline with what is written in each; empty where no report is asked."""
    outline = outline_for(record)
    return [(one, str(record.sections.get(one.key, ""))) for one in outline.sections] if outline is not None else []
