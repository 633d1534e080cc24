"""Recording the events that start and end statutory clocks; a wrong one is withdrawn and stays readable."""

from collections.abc import Callable
from datetime import date
from functools import lru_cache
from typing import cast

from django.conf import settings
from django.utils.module_loading import import_string

from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Organisation
from jiheng.foundation.accounts.person import Person, require
from jiheng.foundation.audit.services import act, record
from jiheng.foundation.refused import mistaken
from jiheng.foundation.workflow.advance import Refused, refuse
from jiheng.registers.cycles.access import may_record_events
from jiheng.registers.cycles.clauses import clause_in
from jiheng.registers.cycles.clocks import events_of
from jiheng.registers.cycles.models import Cycle, LegalEvent
from jiheng.rules.refusal import Refusal

LENGTHS = {"reference": 200, "matter": 200, "reason": 300}


Gate = Callable[[Cycle, str, Organisation | None], list[Refusal]]


@lru_cache(maxsize=1)
def _gates() -> tuple[Gate, ...]:
    """Return what stages say against an event: the calendar lies below them, settings name them."""
    return tuple(cast(Gate, import_string(path)) for path in settings.JIHENG_EVENT_GATES)


def record_event(
    *,
    cycle: Cycle,
    key: str,
    day: date,
    reference: str,
    person: Person,
    organisation: Organisation | None = None,
    matter: str = "",
) -> LegalEvent:
    """Record an event with its document; by the bureau, or by the department whose act it is.

    Raises Refused: an unknown event, no document, a body missing or too many, somebody else's event, twice.
    """
    require(may_record_events(person, cycle))
    told = events_of(cycle).get(key)
    if told is None:
        raise mistaken("没有这种法定事件", where="key")
    each = told.get("each") == "department"
    if each != (organisation is not None):
        raise mistaken("这种事件须指明部门" if each else "这种事件不分部门", where="organisation")
    if organisation is not None and organisation.place_id != cycle.place_id:
        raise refuse("只能登记本地区的部门", clause_in(cycle, "duty_place"), where="organisation")
    if person.role == "department_reviewer":
        mine = organisation is not None and organisation.pk in person.own
        if told["by"] != "department" or not mine:
            raise refuse("部门只登记本部门自己办理的事件", clause_in(cycle, "duty_unit"), where="key")
    if not reference.strip():
        raise refuse("须写明文号或其他凭据", clause_in(cycle, "duty_vouchers"), where="reference")
    for name, text in (("reference", reference), ("matter", matter)):
        if len(text.strip()) > LENGTHS[name]:
            raise mistaken(f"不超过 {LENGTHS[name]} 字", where=name)
    standing = LegalEvent.objects.filter(cycle=cycle, key=key, organisation=organisation, withdrawn_at__isnull=True)
    if standing.exists():
        raise mistaken("这个事件已经登记", remedy="登记有误的，先撤销再重新登记")
    if against := [one for gate in _gates() for one in gate(cycle, key, organisation)]:
        raise Refused(against)
    with act(person):
        made = LegalEvent.objects.create(
            cycle=cycle,
            key=key,
            organisation=organisation,
            day=day,
            reference=reference.strip(),
            matter=matter.strip(),
            recorded_by=str(person),
            recorded_at=clock.now(),
        )
        detail = {"event": told["label"], "day": day.isoformat(), "reference": made.reference}
        record("cycle.event", made, detail | {"organisation": organisation.name if organisation else ""})
    return made


def withdraw_event(*, event: LegalEvent, reason: str, person: Person) -> None:
    """Withdraw a wrongly recorded event, with the reason; its clock starts anew with the right one."""
    cycle = event.cycle
    require(may_record_events(person, cycle))
    if person.role == "department_reviewer" and event.organisation_id not in person.own:
        raise refuse("部门只能撤销本部门登记的事件", clause_in(cycle, "duty_unit"))
    if not reason.strip():
        raise refuse("撤销须写明理由", clause_in(cycle, "duty_reasons"), where="reason")
    if len(reason.strip()) > LENGTHS["reason"]:
        raise mistaken(f"理由不超过 {LENGTHS['reason']} 字", where="reason")
    with act(person):
        made = LegalEvent.objects.filter(pk=event.pk, withdrawn_at__isnull=True).update(
            withdrawn_at=clock.now(), withdrawn_by=str(person), withdrawn_reason=reason.strip()
        )
        if made != 1:
            raise mistaken("这个事件已经撤销", remedy="请刷新页面")
        record("cycle.withdraw_event", event, {"day": event.day.isoformat(), "reason": reason.strip()})
