"""What departments owe by the calendar, and how each report stands."""

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Organisation
from jiheng.foundation.accounts.person import Person, valid_on
from jiheng.foundation.web.stage import Tally
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import policy_for, rule_in, window
from jiheng.stages.monitoring.models import ProgressReport


@dataclass(frozen=True)
class Duty:
    """One periodic report that the rules ask of every department."""

    key: str
    label: str
    item: str


@dataclass(frozen=True)
class Owed:
    """One report of one department: what, until when, what was handed in."""

    duty: Duty
    body: Organisation
    due: date
    clause: str
    report: ProgressReport | None

    @property
    def overdue(self) -> bool:
        """Whether the day has passed and nothing was handed in."""
        handed = self.report is not None and self.report.submitted_on is not None
        return not handed and self.due < clock.today()

    @property
    def words(self) -> str:
        """How it stands."""
        if self.report is None or self.report.submitted_on is None:
            return "逾期未报" if self.overdue else "未报送"
        state = {"draft": "退回补充", "submitted": "已报送", "accepted": "已收"}.get(self.report.state, "")
        return f"{state}（逾期）" if self.report.late else state

    @property
    def tone(self) -> str:
        """Red for late, green for received in time."""
        if self.overdue or (self.report is not None and self.report.late):
            return "red"
        if self.report is None or self.report.submitted_on is None:
            return "grey"
        return {"accepted": "green", "submitted": "blue"}.get(self.report.state, "amber")


def duties_of(cycle: Cycle) -> list[Duty]:
    """Return the periodic reports of the year; empty where the rules ask for none."""
    rule = rule_in(cycle, "periodic_reports")
    if rule is None or "progress_report" not in policy_for(cycle).workflows:
        return []
    return [Duty(str(row["key"]), str(row["label"]), str(row["item"])) for row in rule.value]


def owed_in(cycle: Cycle, person: Person) -> list[Owed]:
    """Return every report that departments in sight owe in the year, by day and body; extensions count."""
    duties = duties_of(cycle)
    if not duties:
        return []
    bodies = Organisation.objects.filter(valid_on(clock.today()), place_id=cycle.place_id, kind="department")
    return _owed(cycle, bodies if person.sees_whole_place else bodies.filter(pk__in=person.own))


def tallies(cycle: Cycle) -> list[Tally]:
    """Return how many departments have handed in what each day of the calendar asks of them."""
    bodies = Organisation.objects.filter(valid_on(clock.today()), place_id=cycle.place_id, kind="department")
    rows = _owed(cycle, bodies)
    found = []
    for duty in duties_of(cycle):
        mine = [one for one in rows if one.duty == duty]
        done = sum(one.report is not None and one.report.submitted_on is not None for one in mine)
        found.append(Tally(duty.item, done, len(mine) - done, sum(one.overdue for one in mine)))
    return found


def _owed(cycle: Cycle, bodies: QuerySet[Organisation]) -> list[Owed]:
    duties = duties_of(cycle)
    held = {(one.key, one.body_id): one for one in ProgressReport.objects.filter(cycle=cycle)}
    found = []
    for duty in duties:
        for body in bodies.order_by("code"):
            told = window(cycle, duty.item, body.pk)
            if told is not None:
                found.append(Owed(duty, body, told.due, told.clause, held.get((duty.key, body.pk))))
    return found
