"""Opening a budget year, and extending a window."""

from datetime import date

from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Organisation, Place
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.audit.services import act, record
from jiheng.foundation.workflow.advance import refuse
from jiheng.registers.cycles.models import Cycle, Extension
from jiheng.registers.policies.queries import open_assumptions, policy_of
from jiheng.registers.policies.services import take_snapshot


def open_cycle(*, place: Place, budget_year: int, person: Person) -> Cycle:
    """Open a budget year under the pack as it stands; refused while assumed values are unconfirmed."""
    if person.role not in {"performance_office", "bureau_leader"} or person.place_id != place.pk:
        raise refuse("只有本级财政局绩效管理股或局领导可以开启年度")
    if Cycle.objects.filter(place=place, budget_year=budget_year).exists():
        raise refuse(f"{budget_year} 年度已经开启")
    with act(person):
        snapshot = take_snapshot(place=place, person=person)
        waiting = open_assumptions(policy_of(snapshot), place)
        if waiting:
            raise refuse(
                f"还有 {len(waiting)} 项暂定值未经确认，不能开启 {budget_year} 年度",
                remedy="请在“制度”页逐项确认或批量确认后再开启",
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
    if person.role != "performance_office":
        raise refuse("只有绩效管理股可以延长期限")
    if not reason.strip():
        raise refuse("延期须写明理由", where="reason")
    with act(person):
        made = Extension.objects.create(
            cycle=cycle, item=item, organisation=organisation, due=due, reason=reason.strip()
        )
        record("cycle.extend", made, {"item": item, "due": due.isoformat(), "reason": made.reason})
    return made
