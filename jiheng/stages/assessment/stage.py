"""Assessment of departments and lower finance bureaus, as the rest of the system sees it."""

from django.urls import reverse

from jiheng.foundation import clock
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.accounts.roles import BUREAU_ROLES, OVERSEER_ROLES
from jiheng.foundation.web.stage import Stage, Tally, Todo, Window
from jiheng.registers.cycles.deadlines import next_window
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import cycles_in_sight, window
from jiheng.registers.subjects.models import SubjectYear
from jiheng.stages.assessment.access import visible_assessments
from jiheng.stages.assessment.facts import CARD, LOWER_CARD
from jiheng.stages.assessment.lower import assesses_lower, lower_bodies, lower_lines
from jiheng.stages.assessment.models import Assessment
from jiheng.stages.assessment.queries import waiting_for_confirmation
from jiheng.stages.assessment.recognition import to_propose, visible_recognitions

KEY = "assessment_conclude"


def todos(person: Person) -> list[Todo]:
    """The performance office computes once the time has come; the leader confirms what was computed."""
    if person.role == "performance_office":
        found = [one for cycle in _open(person) for one in _to_compute(person, cycle)]
        return found + [
            Todo(f"{one.department}考核名次的运用", "提出预算处理", f"{reverse('assessment:detail', args=[one.pk])}#recognition")
            for cycle in _open(person)
            for one in to_propose(cycle)
        ]
    if person.role == "bureau_leader":
        found = [one for cycle in _open(person) for one in _to_confirm(person, cycle)]
        return found + [
            Todo(str(one), "决定考核结果的运用", f"{reverse('assessment:detail', args=[one.assessment_id])}#recognition")
            for one in visible_recognitions(person).filter(agreed__isnull=True)[:50]
        ]
    return []


def _open(person: Person) -> list[Cycle]:
    return list(cycles_in_sight(person).filter(state="open"))


def _to_compute(person: Person, cycle: Cycle) -> list[Todo]:
    found = window(cycle, KEY)
    if found is None or (found.opens or found.due) > clock.today():
        return []
    told = []
    if not visible_assessments(person).filter(cycle=cycle, scorecard=CARD).exists():
        words = f"{cycle.budget_year} 年度部门考核待计算"
        told.append(Todo(words, "计算考核得分", reverse("assessment:list"), due=found.due))
    waiting = lower_lines(cycle)
    if waiting:
        words = f"{cycle.budget_year} 年度 {len(waiting)} 个下级财政部门还没有考核得分"
        told.append(Todo(words, "考核下级财政部门", reverse("assessment:below"), due=found.due))
    return told


def _to_confirm(person: Person, cycle: Cycle) -> list[Todo]:
    found, told = window(cycle, KEY), []
    for card, whose, page in ((CARD, "部门", "assessment:list"), (LOWER_CARD, "下级财政部门", "assessment:below")):
        waiting = waiting_for_confirmation(person, cycle, card).count()
        if waiting:
            words = f"{cycle.budget_year} 年度 {waiting} 个{whose}的考核结果待确认"
            told.append(Todo(words, "确认考核结果", f"{reverse(page)}?state=0", due=found.due if found else None))
    return told


def deadline(cycle: Cycle, organisation_id: int | None = None) -> Window | None:
    """When the assessment of the year is to be concluded."""
    return next_window(cycle, (KEY,), organisation_id)


def tallies(cycle: Cycle) -> list[Tally]:
    """Departments, and bureaus below where they are assessed, with a confirmed assessment; those that wait for theirs."""
    departments = set(SubjectYear.objects.filter(cycle=cycle).values_list("department_id", flat=True))
    if assesses_lower(cycle):
        departments |= {one.pk for one in lower_bodies(cycle)}
    confirmed = Assessment.objects.filter(cycle=cycle, confirmed_on__isnull=False)
    done = departments & set(confirmed.values_list("department_id", flat=True))
    found, waiting = window(cycle, KEY), len(departments - done)
    late = waiting if found is not None and found.days_left < 0 else 0
    return [Tally(KEY, len(done), waiting, late)]


STAGE = Stage(
    key="assessment",
    label="考核",
    icon="medal",
    order=60,
    home="assessment:list",
    roles=BUREAU_ROLES | OVERSEER_ROLES | {"department_reviewer"},
    todos=todos,
    deadline=deadline,
    tallies=tallies,
    records={"assessment.assessment": visible_assessments},
)
