"""The checks over all goals of a year at once: after an amendment, before a round of review, for training.

Nothing is written. Goals are read in parts of a fixed number, with the same queries for each, and judged by the very
functions that judge one goal while it is filled in.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db.models import Prefetch, QuerySet

from jiheng.foundation.accounts.person import Person
from jiheng.foundation.web.export import Sheet, write_sheet
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import rules_at
from jiheng.rules.goal_checks.facts import SEVERITIES, GoalSettings, Severity
from jiheng.rules.goal_checks.registry import CHECKS
from jiheng.stages.goals.access import visible_goals
from jiheng.stages.goals.facts import Found, all_findings
from jiheng.stages.goals.models import Goal, GoalIndicator
from jiheng.stages.goals.surroundings import surroundings_of

BATCH = 500
"""Goals read at once: a bound of memory."""


SEVERITY_WORDS: Mapping[Severity, str] = {"block": "须改正", "warn": "提醒", "note": "建议"}
STAGE_WORDS: Mapping[str, str] = {"carried": "沿用上年的内容", "method": "赋分方法", "free_row": "自拟指标的理由"}
"""What the stage itself finds, beside the checks of the rules."""
COLUMNS = (
    *(("项目", "text"), ("实施单位", "text"), ("主管部门", "text"), ("年度资金", "wan"), ("程度", "state")),
    *(("审核项", "text"), ("位置", "text"), ("检查结果", "text"), ("依据", "text"), ("改法", "text")),
)


@dataclass
class Prereview:
    """What the checks find in a year. Counts are of findings by check and severity, and of goals and rows looked at.

    `held` counts goals with something that must be mended, `clean` those with nothing to mend or to look at.
    """

    goals: int = 0
    rows: int = 0
    held: int = 0
    clean: int = 0
    found: Counter[tuple[str, Severity]] = field(default_factory=Counter)
    touched: Counter[str] = field(default_factory=Counter)

    def add(self, goal_findings: list[Found], rows: int) -> None:
        """Count one goal."""
        self.goals += 1
        self.rows += rows
        self.held += any(one.blocking for one in goal_findings)
        self.clean += not any(one.severity != "note" for one in goal_findings)
        self.found.update((one.check, one.severity) for one in goal_findings)
        self.touched.update({one.check for one in goal_findings})


def findings_of_year(cycle: Cycle, goals: QuerySet[Goal] | None = None) -> Iterator[tuple[Goal, list[Found]]]:
    """Yield each goal that stands in a cycle with what the checks find, without what reviewers set aside.

    `goals` narrows them, as to what a person may see. Rows come with their goal.
    """
    settings = GoalSettings.of(rules_at(cycle))
    for part in _parts(Goal.objects.filter(cycle=cycle) if goals is None else goals.filter(cycle=cycle)):
        around = surroundings_of(cycle, part, settings)
        for goal in part:
            goal.cycle = cycle
            found = all_findings(goal, list(goal.indicators.all()), around)
            yield goal, [one for one in found if not one.set_aside]


def prereview(cycle: Cycle, goals: QuerySet[Goal] | None = None) -> Prereview:
    """Check every goal that stands in a cycle and count what is found."""
    made = Prereview()
    for goal, found in findings_of_year(cycle, goals):
        made.add(found, len(goal.indicators.all()))
    return made


def lines_of(made: Prereview) -> list[str]:
    """Tell the counts to people: the gravest and most frequent first."""
    said = [
        f"{made.goals:,} 份目标、{made.rows:,} 行指标：{made.held:,} 份有须改正的，{made.clean:,} 份没有须改正或提醒的",
    ]
    order = sorted(made.found.items(), key=lambda one: (SEVERITIES.index(one[0][1]), -one[1], one[0][0]))
    said += [
        f"  {SEVERITY_WORDS[severity]}  {name_of(check)}：{number:,} 处，{made.touched[check]:,} 份"
        for (check, severity), number in order
    ]
    return said


def name_of(check: str) -> str:
    """Name what found something."""
    return CHECKS[check].label if check in CHECKS else STAGE_WORDS[check]


def write_findings(person: Person, cycle: Cycle, target: Path | None) -> Prereview:
    """Check what a person sees of a cycle; write every finding into a workbook where one is asked for."""
    made = Prereview()
    goals = visible_goals(person).select_related("subject_year__unit", "subject_year__department")

    def rows() -> Iterator[list[Any]]:
        for goal, found in findings_of_year(cycle, goals):
            made.add(found, len(goal.indicators.all()))
            year = goal.subject_year
            head = [year.name, str(year.unit), str(year.department), goal.fiscal_fen + goal.other_fen]
            for one in found:
                told = [one.where, one.message, one.clause, one.remedy]
                yield [*head, SEVERITY_WORDS[one.severity], name_of(one.check), *told]

    if target is None:
        for _ in rows():
            pass
    else:
        with target.open("xb") as file:
            write_sheet(file, Sheet("绩效目标预审", COLUMNS, [False] * len(COLUMNS)), rows())
    return made


def _parts(goals: QuerySet[Goal]) -> Iterator[list[Goal]]:
    rows = GoalIndicator.objects.prefetch_related("library").order_by("position")
    wanted = goals.filter(current=True).select_related("subject_year").order_by("pk")
    wanted = wanted.prefetch_related(Prefetch("indicators", rows), "tasks")
    last = 0
    while part := list(wanted.filter(pk__gt=last)[:BATCH]):
        yield part
        last = part[-1].pk
