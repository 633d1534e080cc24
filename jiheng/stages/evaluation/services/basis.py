"""What an evaluation rests on (methods and standards), and the look at its report by the pack's demands."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from jiheng.foundation.accounts.person import Person, Verdict, allow, deny, require
from jiheng.foundation.audit.chain import content_hash
from jiheng.foundation.audit.services import act, record
from jiheng.foundation.refused import mistaken
from jiheng.foundation.sealed import while_open
from jiheng.foundation.workflow.advance import Overtaken
from jiheng.foundation.workflow.claim import claim
from jiheng.registers.cycles.clauses import clause_in
from jiheng.registers.cycles.queries import rule_in
from jiheng.stages.evaluation.access import may_move_evaluation, may_work
from jiheng.stages.evaluation.models import Evaluation
from jiheng.stages.evaluation.standards import standard_rows

LONGEST = 500
LOOKERS = {"performance_office", "department_reviewer"}
BEFORE_REPORT = ("planned", "scoring")
"""States in which there is no report yet; between them and the last one stand those of the place's table."""


@dataclass(frozen=True)
class BasisData:
    """Which methods, why no quantitative one (where that is asked), which standards.

    `each` is the standard of single indicators by the lineage of their row, where the place asks for it.
    """

    methods: Sequence[str]
    standards: Sequence[str]
    reason: str = ""
    each: Mapping[str, str] = field(default_factory=dict)


@while_open
def may_write_basis(person: Person, evaluation: Evaluation) -> Verdict:
    """Whoever works on the evaluation says by which methods and standards, also before its plan is approved."""
    return may_work(person, evaluation)


@while_open
def may_look_at_report(person: Person, evaluation: Evaluation) -> Verdict:
    """Those who take the draft further look at it by the demands on a report."""
    clause = clause_in(evaluation.cycle, "workflows.evaluation")
    if evaluation.state in (*BEFORE_REPORT, "confirmed"):
        return deny("报告提交以后、结果确认以前审核", clause)
    if person.role not in LOOKERS or not may_move_evaluation(person, evaluation):
        return deny("报告由组织评价的一方审核", clause)
    return allow()


def seal_of(evaluation: Evaluation) -> str:
    """Return the digest of methods and standards as they stand: what a page that changes them has seen."""
    return content_hash(evaluation.basis)


def save_basis(*, evaluation: Evaluation, told: BasisData, person: Person, seen: str = "") -> None:
    """Write methods and standards of the pack; what the pack does not know is refused.

    `seen` is the `seal_of` what the person had before them: another one now is Overtaken. The version of the
    whole would not do, since it counts every automatic saving of the scores.
    """
    require(may_write_basis(person, evaluation))
    if strange := [one for one in told.each.values() if one and one not in told.standards]:
        raise mistaken(f"“{strange[0]}”不在本评价采用的标准之内", remedy="请同时勾选这一种评价标准", where="standards")
    for key, named in (("evaluation_methods", told.methods), ("evaluation_standards", told.standards)):
        rule = rule_in(evaluation.cycle, key)
        if unknown := [one for one in named if rule is None or one not in rule.value]:
            raise mistaken(f"制度没有规定“{'、'.join(unknown)}”", remedy="请刷新页面后再选择")
    basis: dict[str, Any] = {"methods": list(told.methods), "standards": list(told.standards), "reason": told.reason.strip()[:LONGEST]}
    if each := _each(evaluation, told):
        basis["each"] = each
    with act(person):
        held = Evaluation.objects.select_for_update().get(pk=evaluation.pk)
        if seen and seen != seal_of(held):
            raise Overtaken
        evaluation.basis = basis
        evaluation.save(update_fields=["basis"])
        record("evaluation.basis", evaluation, {"sections": basis})


def _each(evaluation: Evaluation, told: BasisData) -> dict[str, str]:
    """Return the standard of every indicator; where there is but one standard, those not told have that one."""
    only = told.standards[0] if len(told.standards) == 1 else ""
    return {str(row.lineage): told.each.get(str(row.lineage)) or only for row in standard_rows(evaluation)}


def look_at_report(
    *, evaluation: Evaluation, met: Collection[str], person: Person, version: int | None = None
) -> None:
    """Note for each demand of the pack on a report whether this one meets it. Overtaken when somebody was first."""
    require(may_look_at_report(person, evaluation))
    rule = rule_in(evaluation.cycle, "report_qualities")
    if rule is None:
        raise mistaken("本地制度没有规定报告的要求")
    with act(person):
        claim(evaluation, version=version)
        evaluation.qualities = {one: one in met for one in rule.value}
        evaluation.save(update_fields=["qualities"])
        unmet = [one for one in rule.value if one not in met]
        record("evaluation.qualities", evaluation, {"comment": f"不符合：{'、'.join(unmet)}" if unmet else "全部符合"}, str(rule.clause))
