"""Whether money of a project may be arranged now, or paid where it has a budget: worked out on the day it is asked."""

from django.db.models import QuerySet

from jiheng.channels.packages.source import Drawn, Source
from jiheng.foundation import clock
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.accounts.queries import bureau_of
from jiheng.registers.budgets.queries import balance
from jiheng.registers.budgets.services import Posting, gate_refusals
from jiheng.registers.cycles.queries import policy_for
from jiheng.registers.subjects.access import visible_subject_years
from jiheng.registers.subjects.models import SubjectYear
from jiheng.rules.decision_package import kind_named
from jiheng.rules.decision_package.kinds.ledger_gate import (
    PARAMETERS,
    Ceiling,
    Facts,
    Goal,
    Other,
    Overdue,
    Unmet,
)
from jiheng.rules.policy import PolicyAt
from jiheng.stages.appraisal.access import may_see_gate
from jiheng.stages.appraisal.queries import concluded_appraisal, unmet_conditions
from jiheng.stages.goals.services import release_refusals
from jiheng.stages.goals.services.releasing import stands_of
from jiheng.stages.results.services.ceilings import ceiling_refusals, tightest_ceiling

KIND = "ledger_gate"
UNTOLD = "另有一道关口不同意，理由由财政部门说明"


def years(person: Person) -> QuerySet[SubjectYear]:
    """Return the subjects and years in sight."""
    return visible_subject_years(person)


def asked_of(year: SubjectYear) -> Posting:
    """Return the movement that is asked about: the whole request while there is no budget, else paying what is left."""
    money = balance(year.pk)
    if money.budget > 0:
        return Posting(year, "payment", max(money.budget - money.executed, 0), clock.today())
    return Posting(year, "initial", year.requested_fen, clock.today())


def draw(year: SubjectYear, rules: PolicyAt, person: Person) -> Drawn:
    """Gather where the project stands today; what other gates say is taken over as they say it.

    They may speak of other projects of the department: who does not see the whole place reads that there is a refusal.
    """
    stand, posting = stands_of([year])[year.pk], asked_of(year)
    appraisal = concluded_appraisal(year)
    ceiling = tightest_ceiling(year)
    others = gate_refusals([posting], without=(release_refusals, ceiling_refusals))
    facts = Facts(
        day=posting.day,
        name=year.name,
        kind=year.kind,
        kind_label=policy_for(year.cycle).subject_kinds.get(year.kind, year.kind),
        change=year.change,
        is_major=year.is_major,
        book=year.book,
        book_label=stand.subject.book_label,
        requested_fen=year.requested_fen,
        library_state=year.library_state,
        conclusion=appraisal.conclusion if appraisal is not None else "",
        unmet=tuple(Unmet(text=one.text, due=one.due) for one in unmet_conditions(appraisal)),
        goals=tuple(
            Goal(approved=one.approved, handed_in=one.handed_in, money_fen=one.money_fen) for one in stand.goals
        ),
        budget_fen=stand.budget_fen,
        movement=posting.kind,
        amount_fen=posting.amount_fen,
        released_first_fen=stand.first.unposted,
        goal_awaited=stand.first.awaited,
        late=tuple(
            Overdue(decided_on=one.decided_on, amount_fen=one.amount_fen, due=one.due, clause=one.clause)
            for one in stand.first.late
        ),
        ceilings=(Ceiling(ceiling_fen=ceiling.fen, left=ceiling.left, clause=ceiling.clause),) if ceiling else (),
        others=tuple(
            Other(message=one.message if person.sees_whole_place else UNTOLD, clause=one.clause) for one in others
        ),
    )
    return Drawn(facts, kind_named(KIND).work_out(facts, None, rules).result, parameters=PARAMETERS)


SOURCE = Source(
    KIND,
    visible=years,
    may=may_see_gate,
    year=lambda year: year,
    office=lambda year: bureau_of(year.place_id).name,
    draw=draw,
)
