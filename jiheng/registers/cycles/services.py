"""Opening a budget year, and extending a window."""

from datetime import date

from django.db import IntegrityError

from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Organisation, Place
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.audit.services import act, record
from jiheng.foundation.refused import mistaken
from jiheng.foundation.workflow.advance import refuse
from jiheng.registers.cycles.access import may_extend, may_open_cycle
from jiheng.registers.cycles.clauses import clause_in
from jiheng.registers.cycles.models import Cycle, Extension
from jiheng.registers.cycles.queries import policy_for
from jiheng.registers.policies.queries import open_assumptions, policy_of
from jiheng.registers.policies.services import take_snapshot
from jiheng.rules.policy.clauses import clause_text, national_clause
from jiheng.rules.policy.needed import values_missing

REASON_LENGTH = 300


def open_cycle(*, place: Place, budget_year: int, person: Person) -> Cycle:
    """Open a budget year under the pack as it stands; refused while assumed values are unconfirmed."""
    verdict = may_open_cycle(person)
    if not verdict or person.place_id != place.pk:
        raise refuse(
            verdict.reason or "只能开启本地区的年度", verdict.clause or national_clause("duty_place")
        )
    if Cycle.objects.filter(place=place, budget_year=budget_year).exists():
        raise refuse(f"{budget_year} 年度已经开启", national_clause("duty_year"))
    try:
        return _open(place, budget_year, person)
    except IntegrityError:
        raise mistaken(f"{budget_year} 年度刚由他人开启", remedy="请刷新页面") from None


def _open(place: Place, budget_year: int, person: Person) -> Cycle:
    with act(person):
        snapshot = take_snapshot(place=place, person=person)
        waiting = open_assumptions(policy_of(snapshot), place)
        if waiting:
            raise refuse(
                f"还有 {len(waiting)} 项暂定值未经确认，不能开启 {budget_year} 年度",
                clause_text(policy_of(snapshot), "duty_confirmed"),
                remedy="请在“制度”页逐项确认或批量确认后再开启",
            )
        missing = values_missing(policy_of(snapshot), budget_year)
        if missing:
            raise refuse(
                f"制度对 {budget_year} 年度没有规定：{'、'.join(missing)}，不能开启这个年度",
                clause_text(policy_of(snapshot), "duty_year"),
                remedy="请在制度包里补上这一年度的值，再开启",
            )
        cycle = Cycle.objects.create(
            place=place, budget_year=budget_year, snapshot=snapshot, opened_at=clock.now()
        )
        record("cycle.open", cycle, {"budget_year": budget_year, "digest": snapshot.digest})
    return cycle


def extend_window(
    *, cycle: Cycle, item: str, organisation: Organisation, due: date, reason: str, person: Person
) -> Extension:
    """Give one body more time for one task, on the record."""
    verdict = may_extend(person, cycle)
    if not verdict:
        raise refuse(verdict.reason, verdict.clause)
    if organisation.place_id != cycle.place_id:
        raise refuse("只能为本地区的单位延长期限", clause_in(cycle, "duty_place"), where="organisation")
    if item not in policy_for(cycle).calendar:
        raise mistaken("日历中没有这个事项", where="item")
    if not reason.strip():
        raise refuse("延期须写明理由", clause_in(cycle, "duty_reasons"), where="reason")
    if len(reason.strip()) > REASON_LENGTH:
        raise mistaken(f"理由不超过 {REASON_LENGTH} 字", where="reason")
    with act(person):
        made = Extension.objects.create(
            cycle=cycle, item=item, organisation=organisation, due=due, reason=reason.strip()
        )
        record("cycle.extend", made, {"item": item, "due": due.isoformat(), "reason": made.reason})
    return made
