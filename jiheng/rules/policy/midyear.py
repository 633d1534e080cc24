"""What a year under way cannot take up: rules that its records stand on and that the newer ones no longer have."""

from collections.abc import Iterator

from jiheng.rules.policy.needed import values_missing
from jiheng.rules.policy.pack import SECTIONS, section_name
from jiheng.rules.policy.policy import Policy


def not_in_midyear(before: Policy, after: Policy, budget_year: int) -> list[str]:
    """Why `after` cannot replace `before` in the course of a year; empty when it can.

    Values, grade lines, due days and steps may change. Entries, states, grades may not vanish, and what people
    have filled in already – scorecards, official forms – may not be replaced.
    """
    return [*_vanished(before, after), *_replaced(before, after), *_missing(after, budget_year)]


def _vanished(before: Policy, after: Policy) -> Iterator[str]:
    for section in SECTIONS:
        own, new = getattr(before, section), getattr(after, section)
        for key in own:
            if key not in new:
                yield f"取消了{section_name(section)}“{own[key].label}”"
    for key, workflow in before.workflows.items():
        if key in after.workflows:
            for state in workflow.states:
                if state not in after.workflows[key].states:
                    yield f"流程“{workflow.label}”取消了状态“{workflow.states[state].label}”"
    for key, table in before.grades.items():
        if key in after.grades:
            left = {band.key for band in after.grades[key].bands}
            for band in table.bands:
                if band.key not in left:
                    yield f"“{table.label}”取消了等级“{band.label}”"


def _replaced(before: Policy, after: Policy) -> Iterator[str]:
    for key, card in before.scorecards.items():
        newer = after.scorecards.get(key)
        if newer and [(one.key, one.points) for one in card.items] != [(one.key, one.points) for one in newer.items]:
            yield f"更换了评分表“{card.label}”的项目或分值"
    for key, form in before.forms.items():
        if key in after.forms and form != after.forms[key]:
            yield f"更换了表格“{form.label}”"


def _missing(after: Policy, budget_year: int) -> Iterator[str]:
    for label in values_missing(after, budget_year):
        yield f"{budget_year} 年度没有规定{label}"
