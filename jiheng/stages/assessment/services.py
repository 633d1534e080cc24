"""Assessing the departments of a cycle by one card, confirming results, facts from outside."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Organisation
from jiheng.foundation.accounts.person import Person, require
from jiheng.foundation.audit.services import act, record, written_along
from jiheng.foundation.notices.services import notify
from jiheng.foundation.workflow.advance import Overtaken, Refused, refuse
from jiheng.foundation.workflow.claim import only_once
from jiheng.registers.cycles.clauses import clause_in
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import policy_for
from jiheng.rules.assessment import Assessed, assess, measures_of
from jiheng.rules.refusal import Refusal
from jiheng.rules.scoring.method import NotApplicable
from jiheng.rules.scoring.scorecard import Adjustment, Item, Veto
from jiheng.stages.assessment.access import may_assess, may_confirm, may_record_fact, may_withdraw_fact
from jiheng.stages.assessment.facts import (
    CARD,
    LOWER_CARD,
    Outside,
    card_in,
    has_own_year,
    outside_facts,
    year_records,
)
from jiheng.stages.assessment.models import Assessment, AssessmentLine, OutsideFact


def assess_departments(*, cycle: Cycle, person: Person) -> list[Assessment]:
    """Score every department of the cycle from the record; a confirmed result is not computed again.

    Nobody fills anything in: each item's fact and calculation stand beside its points. Facts from outside
    (加减分、一票否决) come in with their source. A department without anything to judge is left out.
    """
    require(may_assess(person))
    card, outside = card_in(cycle), outside_facts(cycle)
    fixed = confirmed_bodies(cycle)
    made: list[Assessment] = []
    with act(person):
        for department, year in sorted(year_records(cycle).items()):
            if department in fixed:
                continue
            given = outside.get(department, Outside())
            try:
                scored = assess(
                    card, measures_of(year), plus=given.plus, minus=given.minus, vetoes=given.vetoes
                )
            except NotApplicable:
                continue
            made.append(keep(cycle, department, scored, CARD))
        written_along(made)
        record(
            "assessment.compute",
            cycle,
            {"departments": len(made), "totals": {str(one.department_id): one.total for one in made}},
            str(policy_for(cycle).clause_of(card)),
        )
    return made


def confirmed_bodies(cycle: Cycle) -> set[int]:
    """Return the bodies whose result is confirmed and not computed again."""
    confirmed = Assessment.objects.filter(cycle=cycle, confirmed_on__isnull=False)
    return set(confirmed.values_list("department_id", flat=True))


def keep(cycle: Cycle, department: int, scored: Assessed, card: str) -> Assessment:
    """Keep what came out for a body by the card of this name, in place of what came out before; inside an act."""
    total = scored.total
    grades = policy_for(cycle).grades[card_in(cycle, card).grades]
    kept, _ = Assessment.objects.update_or_create(
        cycle=cycle,
        department_id=department,
        defaults={
            "place_id": cycle.place_id,
            "scorecard": card,
            "total": total.points,
            "base": total.base,
            "plus": total.plus,
            "minus": total.minus,
            "vetoed": bool(total.vetoes),
            "calculation": total.explanation,
            "grade": total.grade or grades.grade(total.points).key,
            "computed_at": clock.now(),
        },
    )
    kept.lines.all().delete()
    AssessmentLine.objects.bulk_create(
        [
            AssessmentLine(
                assessment=kept,
                item=item.key,
                value=item.value,
                fact=item.fact,
                points=item.points,
                calculation=item.calculation,
            )
            for item in scored.items
        ]
    )
    return kept


@dataclass(frozen=True)
class FactData:
    """A fact from outside: which item of the card it touches, how many points, what happened, who says so."""

    kind: str
    item: str
    text: str
    source: str
    points: Decimal = Decimal(0)


def record_fact(*, cycle: Cycle, department: Organisation, data: FactData, person: Person) -> OutsideFact:
    """Enter a fact from outside with its source; it counts when the assessment is computed again.

    加分、减分合计不得超过该事项的分值；考核结果确认后不再登记。没有系统记录的指标登记指标数或“不适用”，每项一次。
    """
    require(may_record_fact(person))
    if cycle.place_id != person.place_id:
        raise refuse("只登记本级考核的事实", clause_in(cycle, "duty_place"))
    problems = _fact_problems(cycle, department, data)
    if problems:
        raise Refused(problems)
    told = {"kind": data.kind, "item": data.item, "points": data.points, "text": data.text.strip(), "source": data.source.strip()}
    with act(person):
        same = OutsideFact.objects.filter(cycle=cycle, department=department, withdrawn_on=None, **told)
        only_once(cycle, same, f"{department}的这件事实已经登记", "text")
        made = OutsideFact.objects.create(
            place_id=cycle.place_id,
            cycle=cycle,
            department=department,
            **told,
            recorded_on=clock.today(),
            recorded_by=str(person),
        )
        record(
            "assessment.fact",
            made,
            {"department": str(department), "item": data.item, "points": data.points, "source": made.source},
        )
    return made


def _fact_problems(cycle: Cycle, department: Organisation, data: FactData) -> list[Refusal]:
    found = []
    below = department.place_id != cycle.place_id
    if below and (department.kind != "bureau" or department.place.parent_id != cycle.place_id):
        return [Refusal("不是本地区的部门，也不是直接下级的财政局", clause_in(cycle, "duty_place"), where="department")]
    if below and LOWER_CARD not in policy_for(cycle).scorecards:
        return [Refusal("制度里没有下级财政部门的考核表", clause_in(cycle, "assessment_scope"), where="department")]
    card = card_in(cycle, LOWER_CARD if below else CARD)
    clause = str(policy_for(cycle).clause_of(card))
    kinds: dict[str, Sequence[Adjustment | Veto | Item]] = {
        "plus": card.plus, "minus": card.minus, "veto": card.vetoes, "figure": card.items, "absent": card.items,
    }  # fmt: skip
    known = kinds.get(data.kind, ())
    item = next((one for one in known if one.key == data.item), None)
    if item is None:
        found.append(Refusal("考核表没有这一事项", clause, "从考核表的事项中选择", "item"))
    if not data.text.strip():
        found.append(Refusal("须写明事实", clause, "写明什么时候发生了什么", "text"))
    if not data.source.strip():
        found.append(Refusal("外部事实须有来源", clause, "写明文件名称和文号", "source"))
    if isinstance(item, Item):
        found += _figure_problems(cycle, department, data, item, clause)
    if data.kind in {"plus", "minus"} and data.points <= 0:
        found.append(Refusal("加减分须大于0", clause, "填写分值", "points"))
    if isinstance(item, Adjustment):
        given = OutsideFact.objects.filter(
            cycle=cycle, department=department, item=data.item, withdrawn_on__isnull=True
        ).values_list("points", flat=True)
        if sum(given, data.points) > item.points:
            words = f"“{item.label}”合计最多 {item.points} 分，已有 {sum(given, Decimal(0))} 分"
            found.append(Refusal(words, clause, "减少分值", "points"))
    if Assessment.objects.filter(cycle=cycle, department=department, confirmed_on__isnull=False).exists():
        found.append(Refusal("考核结果已经确认，不能再登记", clause))
    return found


def _figure_problems(cycle: Cycle, body: Organisation, data: FactData, item: Item, clause: str) -> list[Refusal]:
    """Say what is wrong with a figure of an item: records tell it, it is out of bounds, one stands already."""
    found = []
    below = body.place_id != cycle.place_id
    kept = not below or has_own_year(cycle, body)
    if item.measure is not None and kept:
        found.append(Refusal(f"“{item.label}”取自系统记录，不由人登记", clause, "不必登记，计算时自动取数", "item"))
    if item.measure is None and data.kind == "absent":
        found.append(Refusal(f"“{item.label}”由人评分，须给出分数", clause, "登记指标数，填写得分", "item"))
    most = item.points if item.measure is None else Decimal(100)
    if data.kind == "figure" and not 0 <= data.points <= most:
        found.append(Refusal(f"“{item.label}”须在 0 至 {most} {item.unit or '分'} 之间", clause, "改正指标数", "points"))
    standing = OutsideFact.objects.filter(cycle=cycle, department=body, item=item.key, kind__in=OutsideFact.FIGURES)
    if standing.filter(withdrawn_on__isnull=True).exists():
        found.append(Refusal(f"“{item.label}”已经登记", clause, "数据有误的，写明理由撤销后再登记", "item"))
    return found


def addressee(body: Organisation) -> str:
    """Return the role that is told of a body's assessment: in a finance bureau the performance office."""
    return "performance_office" if body.kind == "bureau" else "department_reviewer"


def withdraw_fact(*, fact: OutsideFact, reason: str, person: Person) -> None:
    """Take a fact back with the reason; it stays on record and no longer counts."""
    require(may_withdraw_fact(person, fact))
    if not reason.strip():
        raise refuse("撤销须写明理由", clause_in(fact.cycle, "duty_reasons"), remedy="填写撤销理由", where="reason")
    with act(person):
        fact.withdrawn_on, fact.withdrawn_reason = clock.today(), reason.strip()[:300]
        fact.save(update_fields=["withdrawn_on", "withdrawn_reason"])
        record("assessment.withdraw", fact, {"comment": fact.withdrawn_reason})


def confirm_assessment(*, assessment: Assessment, person: Person, seen: Decimal | None = None) -> None:
    """Fix the result of one body; a bureau below is told of it. `seen` is the total that the person saw, another one now is Overtaken."""
    require(may_confirm(person, assessment))
    if seen is not None and seen != assessment.total:
        raise Overtaken
    with act(person):
        assessment.confirmed_on, assessment.confirmed_by = clock.today(), str(person)
        assessment.save(update_fields=["confirmed_on", "confirmed_by"])
        record("assessment.confirm", assessment, {"total": assessment.total, "grade": assessment.grade})
        body = assessment.department
        if body.place_id != assessment.place_id:
            text = f"{assessment.place}财政部门确认了对本局 {assessment.cycle.budget_year} 年度预算绩效管理工作的考核结果"
            notify(organisation=body, role=addressee(body), text=text, link=f"/assessment/{assessment.pk}/", about=assessment)


def confirm_all(*, assessments: Iterable[Assessment], person: Person) -> int:
    """Fix the results of many departments in one act; return how many."""
    with act(person):
        found = list(assessments)
        for one in found:
            confirm_assessment(assessment=one, person=person)
    return len(found)
