"""The writes of the register: entry with qualification and field, exit with a reason, never deletion."""

from dataclasses import dataclass
from datetime import date

from jiheng.foundation.accounts.models import Organisation
from jiheng.foundation.accounts.person import Person, require
from jiheng.foundation.audit.services import act, record
from jiheng.foundation.refused import mistaken
from jiheng.foundation.workflow.advance import refuse
from jiheng.registers.experts.access import may_end, may_keep_register
from jiheng.registers.experts.models import Evaluator
from jiheng.rules.policy.clauses import national_clause


@dataclass(frozen=True)
class EvaluatorData:
    """What is told about an agency, expert or institute when it enters the register."""

    name: str
    kind: str
    organisation: Organisation
    fields: str
    qualification: str
    entered_on: date


def enter_register(*, data: EvaluatorData, person: Person) -> Evaluator:
    """Take an agency, expert or institute into the register; twice at a time is refused."""
    require(may_keep_register(person))
    if data.organisation.place_id != person.place_id:
        raise refuse("所在机构不属于本地区", national_clause("duty_place"), where="organisation")
    if not data.name.strip() or not data.fields.strip():
        raise mistaken("名称和专业领域须填写", where="name" if not data.name.strip() else "fields")
    held = Evaluator.objects.filter(place_id=person.place_id, name=data.name.strip(), left_on__isnull=True)
    if held.exists():
        raise mistaken(f"“{data.name.strip()}”已在库中", remedy="请打开已有的记录", where="name")
    with act(person):
        made = Evaluator.objects.create(
            place_id=person.place_id,
            organisation=data.organisation,
            kind=data.kind,
            name=data.name.strip(),
            fields=data.fields.strip(),
            qualification=data.qualification.strip(),
            entered_on=data.entered_on,
        )
        personal = {"name": made} if made.kind == "expert" else None
        record(
            "evaluator.enter",
            made,
            {"name": made.name, "kind": made.kind, "fields": made.fields},
            personal=personal,
        )
    return made


def leave_register(*, evaluator: Evaluator, day: date, reason: str, person: Person) -> None:
    """Take an entry out from a day on; the reason stays on the record. Refused before the day of entry."""
    require(may_end(person, evaluator))
    if not reason.strip():
        raise refuse("出库须写明原因", national_clause("duty_reasons"), where="reason")
    if day < evaluator.entered_on:
        raise refuse(
            f"出库日期早于入库日期 {evaluator.entered_on.isoformat()}",
            national_clause("duty_vouchers"),
            where="day",
        )
    with act(person):
        evaluator.left_on, evaluator.left_reason = day, reason.strip()[:200]
        evaluator.save(update_fields=["left_on", "left_reason"])
        record("evaluator.leave", evaluator, {"day": day.isoformat(), "reason": evaluator.left_reason})
