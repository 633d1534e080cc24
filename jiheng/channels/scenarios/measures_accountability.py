"""Figures about goals, grades, draws and accountability, by the names that demands use."""

from jiheng.channels.scenarios.measures import measure
from jiheng.foundation.accounts.models import Appointment, Place
from jiheng.foundation.accounts.person import Person, person_of
from jiheng.registers.budgets.queries import balance
from jiheng.registers.cycles.queries import cycle_of, policy_for, rules_at
from jiheng.registers.subjects.models import Standing
from jiheng.rules.money import format_wan
from jiheng.stages.evaluation.basis_pages import classes_of
from jiheng.stages.evaluation.documents import grade_words
from jiheng.stages.evaluation.models import Evaluation, EvaluatorDraw
from jiheng.stages.evaluation.services.evaluator_draws import verify_evaluator_draw
from jiheng.stages.goals.models import Goal
from jiheng.stages.results.accountability.clues import clues_in, is_late
from jiheng.stages.results.accountability.documents import accountability_notice, measure_words
from jiheng.stages.results.models import Accountability


def _case(place: Place, year: int, code: str) -> Accountability:
    found = Accountability.objects.filter(place=place, subject_year__budget_year=year, subject_year__subject__code=code)
    return found.latest("pk")


def _office(place: Place) -> Person:
    held = Appointment.objects.filter(organisation__place=place, role="performance_office")
    return person_of(held.select_related("organisation__place", "user")[0])


@measure
def goal_state(place: Place, year: int, code: str) -> str:
    """How a subject's goal stands, in words."""
    goal = Goal.objects.filter(place=place, subject_year__budget_year=year, subject_year__subject__code=code).latest("pk")
    return policy_for(goal.cycle).workflows["goals"].states[goal.state].label


@measure
def result_grade(place: Place, year: int, code: str, kind: str = "fiscal") -> str:
    """The grade of an evaluation, in the place's words."""
    return str(grade_words(Evaluation.objects.get(place=place, evaluated_year=year, subject_year__subject__code=code, kind=kind)))


@measure
def result_classes(place: Place, year: int, code: str, kind: str = "fiscal") -> str:
    """In which classes of the place's rules an evaluation lies."""
    record = Evaluation.objects.get(place=place, evaluated_year=year, subject_year__subject__code=code, kind=kind)
    return "；".join(text for _, text, _ in classes_of(record))


@measure
def draws_repeated(place: Place, year: int) -> str:
    """How many draws of third parties come out the same when they are repeated, of how many."""
    drawn = list(EvaluatorDraw.objects.filter(place=place, subject_year__budget_year=year))
    return f"{sum(not verify_evaluator_draw(one) for one in drawn)}/{len(drawn)}"


@measure
def drawn_from(place: Place, year: int, code: str) -> str:
    """How many took part in the last draw for a subject and how many were left out."""
    one = EvaluatorDraw.objects.filter(place=place, subject_year__budget_year=year, subject_year__subject__code=code).latest("pk")
    return f"{len(one.population)}，回避{len(one.recused)}"


@measure
def clue_found(place: Place, year: int, code: str, situation: str) -> str:
    """Whether the records show a clue of a situation for a subject."""
    found = clues_in(_office(place), cycle_of(place.code, year))
    return "有线索" if any(one.situation == situation and one.year.subject.code == code for one in found) else "没有线索"


@measure
def case_due(place: Place, year: int, code: str) -> str:
    """The last day for the report of rectification."""
    return str(_case(place, year, code).due)


@measure
def case_flag(place: Place, year: int, code: str) -> str:
    """Whether the report is late."""
    return "逾期" if is_late(_case(place, year, code)) else "未逾期"


@measure
def case_state(place: Place, year: int, code: str) -> str:
    """How a case stands, in words."""
    case = _case(place, year, code)
    return policy_for(case.cycle).workflows["accountability"].states[case.state].label


@measure
def case_measures(place: Place, year: int, code: str) -> str:
    """What was decided, in words."""
    return "；".join(measure_words(_case(place, year, code)))


@measure
def case_correction(place: Place, year: int, code: str) -> str:
    """Whether the notice of the decision orders correction."""
    text = str(accountability_notice(_case(place, year, code)).sections["decision"])
    return "责令改正" if text.startswith("责令改正") else "没有责令改正"


@measure
def case_ceiling(place: Place, code: str, for_year: int) -> str:
    """What the later budget of a subject may be at most because of the case, 万元."""
    left = Standing.objects.filter(subject__code=code, subject__place=place, for_budget_year=for_year, cause__startswith="results.accountability")
    return "；".join(format_wan(one.ceiling_fen or 0) for one in left) or "不限"


@measure
def case_recaptured(place: Place, year: int, code: str) -> str:
    """What was taken back from a subject's budget, 万元."""
    return format_wan(-balance(_case(place, year, code).subject_year_id or 0).recapture)


@measure
def prescribed(place: Place, year: int, entry: str, field: str = "label") -> str:
    """A list of the place's rules in words, for the year."""
    value = rules_at(cycle_of(place.code, year)).value(entry).value
    rows = value if isinstance(value, list) else [value]
    return "；".join(str(row[field] if isinstance(row, dict) else row) for row in rows)
