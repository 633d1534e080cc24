"""More time for one body and one task: asked for with a reason, decided by another, on the record."""

from datetime import date

from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Organisation
from jiheng.foundation.accounts.person import Person, require
from jiheng.foundation.accounts.queries import bureaus_of
from jiheng.foundation.audit.services import act, record
from jiheng.foundation.notices.services import notify
from jiheng.foundation.refused import mistaken
from jiheng.foundation.workflow.advance import refuse
from jiheng.registers.cycles.access import OWN_TIME, may_ask_extension, may_decide_extension
from jiheng.registers.cycles.clauses import clause_in
from jiheng.registers.cycles.models import Cycle, Extension
from jiheng.registers.cycles.queries import policy_for, window

REASON_LENGTH = 300


def ask_extension(
    *, cycle: Cycle, item: str, organisation: Organisation, due: date, reason: str, person: Person
) -> Extension:
    """Ask for more time; it counts only once another person has granted it. Raises Refused with reason and clause."""
    require(may_ask_extension(person, cycle))
    if organisation.place_id != cycle.place_id:
        raise refuse("只能为本地区的单位延长期限", clause_in(cycle, "duty_place"), where="organisation")
    if person.role in OWN_TIME and organisation.pk not in person.own:
        raise refuse("只能为本单位申请延期", clause_in(cycle, "duty_unit"), where="organisation")
    if item not in policy_for(cycle).calendar:
        raise mistaken("日历中没有这个事项", where="item")
    now = window(cycle, item, organisation.pk)
    if now is not None and due <= now.due:
        raise mistaken(f"须晚于现在的期限 {now.due.isoformat()}", where="due")
    if not reason.strip():
        raise refuse("延期须写明理由", clause_in(cycle, "duty_reasons"), where="reason")
    if len(reason.strip()) > REASON_LENGTH:
        raise mistaken(f"理由不超过 {REASON_LENGTH} 字", where="reason")
    if Extension.objects.filter(cycle=cycle, item=item, organisation=organisation, state="asked").exists():
        raise mistaken("同一事项已有一项延期申请待批准", remedy="请等待批准")
    label = policy_for(cycle).calendar[item].label
    with act(person):
        made = Extension.objects.create(
            cycle=cycle,
            item=item,
            organisation=organisation,
            due=due,
            reason=reason.strip(),
            state="asked",
            asked_by_id=person.user_id,
            asker=str(person),
            asked_at=clock.now(),
        )
        detail = {"item": label, "organisation": organisation.name, "due": due.isoformat(), "reason": made.reason}
        record("cycle.ask_extension", made, detail)
        text = f"{organisation}申请将“{label}”延至 {due.isoformat()}，待批准"
        for bureau in bureaus_of(cycle.place_id):
            for role in ("performance_office", "bureau_leader"):
                notify(organisation=bureau, role=role, text=text, link=f"/cycles/extensions/{made.pk}/", about=made)
    return made


def decide_extension(*, extension: Extension, granted: bool, opinion: str, person: Person) -> None:
    """Grant or refuse more time; never by who asked. The body is told. Raises Refused with reason and clause."""
    require(may_decide_extension(person, extension))
    cycle, text = extension.cycle, opinion.strip()
    if not granted and not text:
        raise refuse("不批准的须写明意见", clause_in(cycle, "duty_reasons"), where="opinion")
    if len(text) > REASON_LENGTH:
        raise mistaken(f"意见不超过 {REASON_LENGTH} 字", where="opinion")
    label = policy_for(cycle).calendar[extension.item].label
    with act(person):
        made = Extension.objects.filter(pk=extension.pk, state="asked").update(
            state="granted" if granted else "refused",
            decided_by_id=person.user_id,
            decider=str(person),
            decided_at=clock.now(),
            opinion=text,
        )
        if made != 1:
            raise mistaken("这项申请已经由他人办理", remedy="请刷新页面")
        detail = {
            "item": label,
            "organisation": extension.organisation.name,
            "due": extension.due.isoformat(),
            "reason": extension.reason,
            "asked_by": extension.asker,
            "opinion": text,
        }
        record("cycle.extend" if granted else "cycle.deny_extension", extension, detail)
        word = f"已批准延至 {extension.due.isoformat()}" if granted else f"未批准延期：{text}"
        for role in sorted(OWN_TIME):
            notify(
                organisation=extension.organisation,
                role=role,
                text=f"“{label}”{word}",
                link=f"/cycles/extensions/{extension.pk}/",
                about=extension,
            )
    extension.refresh_from_db()
