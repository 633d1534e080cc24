"""No budget for a policy whose result asks for a decision, and none as it was for one that is to be adjusted.

`settings.JIHENG_LEDGER_GATES` names `policy_refusals`; why it stands there: docs/decisions/0056.
"""

from collections.abc import Iterable, Sequence

from jiheng.foundation.portions import portions
from jiheng.registers.budgets.services import Posting, brings_money
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import rule_in
from jiheng.registers.subjects.models import ContentChange, Standing, SubjectYear
from jiheng.rules.refusal import Refusal
from jiheng.rules.result_grounds import follows_from, still_as_before
from jiheng.stages.evaluation.models import Evaluation
from jiheng.stages.results.grounds.access import RULE
from jiheng.stages.results.grounds.queries import ground_rows
from jiheng.stages.results.grounds.services import ADJUST
from jiheng.stages.results.models import GroundCase


def policy_refusals(postings: Sequence[Posting]) -> list[Refusal]:
    """政策调整与评价结果挂钩：评价结果属于制度列出的情形、还没有作出决定的，决定调整而仍按原政策申报的，都不得安排预算。"""
    years = {one.year.pk: one.year for one in postings if brings_money(one)}
    keys = list(years)
    found: list[Refusal] = []
    for part in portions(keys):
        some = [years[pk] for pk in part]
        found += _undecided(some) + _as_before(some)
    return found


def _undecided(years: Iterable[SubjectYear]) -> list[Refusal]:
    by_subject = {(one.subject_id, one.budget_year): one for one in years}
    rows = Evaluation.objects.filter(
        state="confirmed", subject_year__subject__in={subject for subject, _ in by_subject}, work_year__in={year - 1 for _, year in by_subject}
    )  # fmt: skip
    rows = rows.select_related("subject_year", "cycle__snapshot", "cycle__place").defer("cycle__snapshot__content")
    decided = set(
        GroundCase.objects.filter(subject_year__subject__in={subject for subject, _ in by_subject}, decided_on__isnull=False)
        .values_list("subject_year_id", "ground")
    )  # fmt: skip
    cycles: dict[int, tuple[Cycle, str]] = {}
    found = []
    for one in rows.order_by("pk"):
        year = by_subject.get((one.subject_year.subject_id, one.work_year + 1))
        if year is None:
            continue
        if one.cycle_id not in cycles:
            rule = rule_in(one.cycle, RULE)
            cycles[one.cycle_id] = (one.cycle, str(rule.clause) if rule is not None else "")
        cycle, clause = cycles[one.cycle_id]
        for key, row in ground_rows(cycle).items():
            if follows_from(row, one.subject_year.kind, one.grade) and (one.subject_year_id, key) not in decided:
                words = (
                    f"“{year.name}”{one.evaluated_year} 年度评价 {one.total} 分，属于“{row['label']}”，"
                    f"还没有作出决定，不得安排 {year.budget_year} 年度预算"
                )
                found.append(Refusal(words, clause, "请先由绩效管理股或业务股室提出，局领导决定调整、整合或取消", "amount_fen"))
    return found


def _as_before(years: Sequence[SubjectYear]) -> list[Refusal]:
    wanted = {(one.subject_id, one.budget_year): one for one in years}
    rows = Standing.objects.filter(action=ADJUST, subject__in={subject for subject, _ in wanted}).order_by("pk")
    asked = [(wanted[one.subject_id, one.for_budget_year], one) for one in rows if (one.subject_id, one.for_budget_year) in wanted]
    changed: dict[int, list[str]] = {}
    for pk, after in ContentChange.objects.filter(subject_year__in=[year.pk for year, _ in asked]).values_list("subject_year_id", "after"):
        changed.setdefault(pk, []).extend(after)
    return [
        Refusal(
            f"“{year.name}”：{standing.text}，{year.budget_year} 年度仍按原政策申报，不得安排预算",
            standing.clause,
            "请按决定调整政策，在项目页“修改内容”写明调整后的概况或依据和文件",
            "amount_fen",
        )
        for year, standing in asked
        if still_as_before(year.change, changed.get(year.pk, []))
    ]
