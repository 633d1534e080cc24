"""The writes: a rule, its end, its file; a full-time mark, its end."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction

from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Appointment, Organisation
from jiheng.foundation.accounts.person import Person, require
from jiheng.foundation.audit.services import act, record
from jiheng.foundation.files.models import Evidence
from jiheng.foundation.files.services import attach
from jiheng.foundation.refused import Refused, mistaken, refuse
from jiheng.registers.cycles.clauses import clause_in
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import policy_for, rule_in
from jiheng.registers.rulebooks.access import may_end_specialist, may_keep_rule, may_write_rules
from jiheng.registers.rulebooks.models import DepartmentRule, Specialist
from jiheng.registers.rulebooks.queries import COVER, SPECIALIST, role_words, specialist_role, to_mark
from jiheng.rules.policy.clauses import national_clause
from jiheng.rules.refusal import Refusal, mistake
from jiheng.rules.rulebooks import LINKS


@dataclass(frozen=True)
class RuleData:
    """A rule to be registered: what it is called, from when, which links of the process and kinds of object it covers."""

    title: str
    number: str
    issued: date
    links: Sequence[str]
    kinds: Sequence[str]


def write_rule(*, cycle: Cycle, data: RuleData, person: Person) -> DepartmentRule:
    """部门登记自己的制度办法：名称、文号、日期、覆盖哪些环节和对象。Raises Refused with every fault.

    `cycle` is the year whose kinds of object may be named.
    """
    require(may_write_rules(person))
    body = Organisation.objects.get(pk=person.organisation_id)
    if found := _wrong(cycle, data):
        raise Refused(found)
    with act(person):
        made = DepartmentRule(
            organisation=body, title=data.title.strip(), number=data.number.strip(), issued=data.issued,
            links=[one for one in LINKS if one in set(data.links)],
            kinds=[one for one in policy_for(cycle).subject_kinds if one in set(data.kinds)],
            written_by=str(person), written_on=clock.today(),
        )  # fmt: skip
        try:
            with transaction.atomic():
                made.save()
        except IntegrityError as twice:
            raise mistaken(f"本部门已登记过“{made.title}”", "改了内容的，先停止执行原来的一件", "title") from twice
        told = {"body": body.name, "title": made.title, "number": made.number, "links": made.links, "kinds": made.kinds}
        record("rulebooks.write", made, told)
    return made


def _wrong(cycle: Cycle, data: RuleData) -> list[Refusal]:
    rule = rule_in(cycle, COVER)
    clause = str(rule.clause) if rule is not None else national_clause("duty_unit")
    found = [] if data.title.strip() else [mistake("须填写名称", where="title")]
    if data.issued > clock.today():
        found.append(mistake("印发日期晚于今天", "已经印发的才登记", "issued"))
    for where, label, given, known in (
        ("links", "环节", data.links, LINKS), ("kinds", "对象", data.kinds, policy_for(cycle).subject_kinds),
    ):  # fmt: skip
        if not given:
            found.append(Refusal(f"须选择覆盖的{label}", clause, where=where))
        if strange := [one for one in given if one not in known]:
            found.append(mistake(f"制度没有“{'、'.join(strange)}”这类{label}", where=where))
    return found


def end_rule(*, rule: DepartmentRule, day: date, reason: str, person: Person) -> None:
    """停止执行：写明最后一天和理由；登记过的内容保留。"""
    require(may_keep_rule(person, rule))
    if not reason.strip():
        raise refuse("须写明停止执行的理由", national_clause("duty_reasons"), where="reason")
    if day < rule.issued:
        raise mistaken("停止执行的日期早于印发日期", where="day")
    with act(person):
        same = DepartmentRule.objects.filter(pk=rule.pk, valid_to__isnull=True)
        rule.valid_to, rule.end_reason = day, reason.strip()[:300]
        if same.update(valid_to=day, end_reason=rule.end_reason) != 1:
            raise mistaken("该制度办法已停止执行")
        record("rulebooks.end", rule, {"until": day, "comment": rule.end_reason})


def attach_text(*, rule: DepartmentRule, name: str, content: bytes, person: Person) -> Evidence:
    """Attach the text of a rule. Refused for a file that does harm or is none of the kinds allowed."""
    require(may_keep_rule(person, rule))
    with act(person):
        return attach(subject=rule, row="", name=name, content=content, person=person)


def mark_specialist(*, cycle: Cycle, appointment: Appointment, basis: str, person: Person) -> Specialist:
    """部门明确预算绩效管理专职人员：在本部门规定岗位的任职上标明专职，写明依据。"""
    require(may_write_rules(person))
    role, clause = specialist_role(cycle), clause_in(cycle, SPECIALIST)
    if not role:
        raise refuse("本年度的制度没有要求部门明确专职人员", national_clause("duty_unit"))
    if not to_mark(person, role).filter(pk=appointment.pk).exists():
        words = f"须是本部门现任的{role_words(role)}，且还没有标明专职"
        raise refuse(words, clause, "请先由安全管理员登记任职", "appointment")
    if not basis.strip():
        raise refuse("须写明依据", clause, "如部门文件的文号", "basis")
    with act(person):
        made = Specialist.objects.create(
            appointment=appointment, basis=basis.strip(), marked_by=str(person), marked_on=clock.today()
        )
        record("rulebooks.specialist", made, {"body": appointment.organisation.name, "comment": made.basis}, clause)
    return made


def end_specialist(*, mark: Specialist, reason: str, person: Person) -> None:
    """撤销专职标明：不再专职的写明理由；任职结束的自动不再算，不用撤销。"""
    require(may_end_specialist(person, mark))
    if not reason.strip():
        raise refuse("须写明撤销的理由", national_clause("duty_reasons"), where="reason")
    with act(person):
        mark.ended_on, mark.end_reason = clock.today(), reason.strip()[:300]
        mark.save(update_fields=["ended_on", "end_reason"])
        record("rulebooks.specialist_end", mark, {"comment": mark.end_reason})
