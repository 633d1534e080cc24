"""Opening a budget year."""


from django.db import IntegrityError

from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Place
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.audit.services import act, record, written_along
from jiheng.foundation.refused import mistaken
from jiheng.foundation.workflow.advance import refuse
from jiheng.registers.cycles.access import may_open_cycle
from jiheng.registers.cycles.models import Cycle
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
        written_along([place])
    return cycle
