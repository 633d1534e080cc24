"""Praise with a reward, or public criticism, as the pack attaches to the grade of a confirmed assessment."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Q, QuerySet

from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Organisation
from jiheng.foundation.accounts.person import Person, Verdict, allow, deny, require
from jiheng.foundation.audit.services import act, record
from jiheng.foundation.documents.report import Report
from jiheng.foundation.notices.services import notify
from jiheng.foundation.sealed import while_open
from jiheng.foundation.workflow.advance import refuse
from jiheng.registers.cycles.clauses import clause_in
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import policy_for, rule_in
from jiheng.rules.assessment import MONEY, consequence_row, goes_by_place
from jiheng.rules.entry import Citation
from jiheng.rules.money import format_wan
from jiheng.rules.policy.clauses import national_clause
from jiheng.rules.policy.outline import Outline, Section
from jiheng.stages.assessment.access import from_above, of_own_bureau
from jiheng.stages.assessment.facts import card_of, kind_label
from jiheng.stages.assessment.models import Assessment, Recognition
from jiheng.stages.assessment.services import addressee

KEY = "assessment_consequences"
NOTICE = Outline(
    key="recognition_notice",
    label="考核结果通报",
    cite=Citation(source="caiyu-2020-10", clause="评价结果应用"),
    title="预算绩效管理工作考核结果通报",
    sections=(
        Section(key="result", title="一、考核结果"),
        Section(key="decision", title="二、决定"),
    ),
)


def _rows(cycle: Cycle) -> tuple[list[Mapping[str, Any]], str]:
    rule = rule_in(cycle, KEY)
    return ([], "") if rule is None else ([row for row in rule.value if isinstance(row, dict)], str(rule.clause))


def consequence_of(assessment: Assessment) -> tuple[Mapping[str, Any], str] | None:
    """Return what the rules attach to a result, by its grade or its place, and the clause; None when nothing.

    Places are counted among all bodies of the same kind in the cycle that have a result.
    """
    rows, clause = _rows(assessment.cycle)
    peers = Assessment.objects.filter(cycle=assessment.cycle, scorecard=assessment.scorecard)
    ahead = peers.filter(total__gt=assessment.total).count() if goes_by_place(rows) else 0
    behind = peers.filter(total__lt=assessment.total).count() if goes_by_place(rows) else 0
    row = consequence_row(rows, grade=assessment.grade, ahead=ahead, behind=behind)
    return (row, clause) if row is not None else None


def places_open(cycle: Cycle, scorecard: str) -> int:
    """Return how many results of a kind must be confirmed before places are certain; 0 where places lead to nothing."""
    if not goes_by_place(_rows(cycle)[0]):
        return 0
    return Assessment.objects.filter(cycle=cycle, scorecard=scorecard, confirmed_on__isnull=True).count()


def to_propose(cycle: Cycle) -> list[Assessment]:
    """Return the bodies whose place leads to something that nobody has proposed yet."""
    rows, _ = _rows(cycle)
    if not goes_by_place(rows):
        return []
    waiting = Assessment.objects.filter(cycle=cycle, recognition__isnull=True).select_related("department", "cycle")
    opened = {card: places_open(cycle, card) for card in waiting.order_by().values_list("scorecard", flat=True).distinct()}
    return [one for one in waiting if not opened[one.scorecard] and consequence_of(one) is not None]


def visible_recognitions(person: Person) -> QuerySet[Recognition]:
    """Return what is in sight: the bureau and overseers all of their place, a body its own once decided and agreed."""
    here = Q(place_id=person.place_id)
    if not person.sees_whole_place:
        here &= Q(assessment__department_id__in=person.own, agreed=True)
        if person.role != "department_reviewer":
            return Recognition.objects.none()
    above = of_own_bureau(person, "assessment__") & Q(agreed=True)
    return Recognition.objects.filter(here | above).select_related(
        "assessment__department__place", "assessment__cycle__snapshot", "assessment__cycle__place", "place"
    ).defer("assessment__cycle__snapshot__content")


def may_see_recognitions(person: Person, _: object = None) -> Verdict:
    """The bureau, overseers and departments."""
    if person.sees_whole_place or person.role == "department_reviewer":
        return allow()
    return deny("考核结果的运用对财政局、监督机构和被考核部门开放", national_clause("duty_access"))


@while_open
def may_recognise(person: Person, assessment: Assessment) -> Verdict:
    """The performance office proposes, for a confirmed result to whose grade the rules attach something, once."""
    clause = clause_in(assessment.cycle, f"scorecards.{assessment.scorecard}")
    if from_above(person, assessment):
        return deny("上级财政部门对本局的考核只能查看", national_clause("duty_place"))
    if person.role != "performance_office":
        return deny("由绩效管理股提出", clause)
    if assessment.confirmed_on is None:
        return deny("考核结果还没有确认", clause)
    if waiting := places_open(assessment.cycle, assessment.scorecard):
        return deny(f"还有 {waiting} 个{kind_label(assessment)}的考核结果没有确认，名次没有确定", _rows(assessment.cycle)[1])
    found = consequence_of(assessment)
    if found is None:
        return deny("制度没有规定这一等级或名次的处理", _rows(assessment.cycle)[1] or clause)
    if Recognition.objects.filter(assessment=assessment).exists():
        return deny("已经提出过", found[1])
    return allow()


@while_open
def may_decide_recognition(person: Person, one: Recognition) -> Verdict:
    """A leader of the bureau that assesses decides, not the one who proposed."""
    if one.place_id != person.place_id:
        return deny("上级财政部门对本局的考核只能查看", national_clause("duty_place"))
    if person.role != "bureau_leader" or person.user_id == one.proposed_by_id:
        return deny("由局领导决定，提出的人不能决定", one.clause)
    if one.agreed is not None:
        return deny("已经作出决定", one.clause)
    return allow()


def recognise(*, assessment: Assessment, reason: str, person: Person, amount_fen: int = 0) -> Recognition:
    """Propose what the pack attaches to the grade or place, with its amount in fen; criticism takes none."""
    require(may_recognise(person, assessment))
    found = consequence_of(assessment)
    if found is None:
        raise refuse("制度没有规定这一等级或名次的处理", clause_in(assessment.cycle, f"scorecards.{assessment.scorecard}"))
    row, clause = found
    if not reason.strip():
        raise refuse("须写明理由", clause, "填写理由", "reason")
    money = MONEY.get(str(row.get("action", "")))
    if (money is not None) != (amount_fen > 0):
        fact = f"{money}须写明金额" if money else "通报批评不涉及奖励金额"
        raise refuse(fact, clause, "请改正金额", "amount_fen")
    with act(person):
        made = Recognition.objects.create(
            place_id=assessment.place_id,
            assessment=assessment,
            action=str(row.get("action", "")),
            effect=str(row["effect"]),
            clause=clause,
            amount_fen=amount_fen,
            reason=reason.strip(),
            proposed_by_id=person.user_id,
            proposed_on=clock.today(),
        )
        record("assessment.recognise", made, {"kind": made.effect, "fen": amount_fen, "comment": made.reason}, clause)
        bureau = Organisation.objects.get(pk=person.organisation_id)
        _tell(made, bureau, "bureau_leader", f"{assessment.department}：{made.effect}，待决定")
    return made


def decide_recognition(*, one: Recognition, agree: bool, opinion: str, person: Person) -> None:
    """Agree or not, with an opinion; the department is told only of what is agreed."""
    require(may_decide_recognition(person, one))
    if not opinion.strip():
        raise refuse("决定须写明意见", one.clause, "填写意见", "opinion")
    with act(person):
        one.agreed, one.opinion = agree, opinion.strip()
        one.decided_on, one.decided_by = clock.today(), str(person)
        one.save(update_fields=["agreed", "opinion", "decided_on", "decided_by"])
        detail = {"conclusion": "同意" if agree else "不同意", "comment": one.opinion}
        record("assessment.recognised", one, detail, one.clause)
        if agree:
            told = one.assessment.department
            _tell(one, told, addressee(told), f"考核结果：{one.effect}")


def _tell(one: Recognition, body: Organisation, role: str, text: str) -> None:
    notify(organisation=body, role=role, text=text, link=f"/assessment/{one.assessment_id}/", about=one)


def recognition_notice(one: Recognition) -> Report:
    """Return the notice: result, what is decided, with its clause and amount."""
    made, grades = one.assessment, policy_for(one.assessment.cycle).grades[card_of(one.assessment).grades]
    money = f"{MONEY.get(one.action, '')} {format_wan(one.amount_fen)} 万元。" if one.amount_fen else ""
    grade = grades.band(made.grade).label
    sections = {
        "result": f"{made.cycle.budget_year} 年度预算绩效管理工作考核，{made.department}得 {made.total} 分，等级为“{grade}”。",
        "decision": f"{one.effect}。{money}\n理由：{one.reason}\n依据{one.clause}。" if one.agreed else "（待局领导决定）",
    }
    return Report(
        subject=str(made.department),
        facts=(("被考核单位", str(made.department)), ("考核年度", f"{made.cycle.budget_year} 年度")),
        sections=dict(sections),
        issuer=f"{one.place}财政局" if one.agreed else "",
        issued_on=one.decided_on if one.agreed else None,
        draft=not one.agreed,
    )
