"""Words for the work of an evaluation: its plan, material asked of the unit, visits, questionnaires, experts."""

from datetime import date

from jiheng.channels.scenarios.acts import act
from jiheng.channels.scenarios.acts_evaluation import day_of, evaluation_of, judge_of, work_as_demanded
from jiheng.channels.scenarios.world import World
from jiheng.foundation import clock
from jiheng.foundation.accounts.person import Person
from jiheng.stages.evaluation.fieldwork import services
from jiheng.stages.evaluation.fieldwork.queries import STEPS
from jiheng.stages.evaluation.models import EvaluationScheme, MaterialRequest


def _scheme(world: World, year: int, code: str) -> EvaluationScheme:
    return EvaluationScheme.objects.get(evaluation=evaluation_of(world, year, code))


def _asked(world: World, year: int, code: str, number: int) -> MaterialRequest:
    return MaterialRequest.objects.get(evaluation=evaluation_of(world, year, code), number=number)


def _unit(world: World, asked: MaterialRequest) -> Person:
    return world.person(asked.evaluation.subject_year.unit.code, "unit_project")


@act
def plan_evaluation(world: World, year: int, code: str, text: str, without: list[str] | None = None) -> None:
    """The evaluator writes the work plan with every step but those `without`, anew where it is a draft."""
    record = evaluation_of(world, year, code)
    judge = judge_of(world, record)
    found = EvaluationScheme.objects.filter(evaluation=record).first()
    plan = found or services.begin_scheme(evaluation=record, person=judge)
    services.save_scheme(scheme=plan, text=text, steps=[key for key in STEPS if key not in (without or [])], person=judge)


@act
def submit_scheme(world: World, year: int, code: str) -> None:
    """The evaluator hands the work plan in."""
    plan = _scheme(world, year, code)
    services.move_scheme(scheme=plan, action="submit", person=judge_of(world, plan.evaluation))


@act
def argue_scheme(world: World, year: int, code: str, people: str, opinion: str) -> None:
    """The performance office notes the argument."""
    services.argue_scheme(scheme=_scheme(world, year, code), people=people, opinion=opinion, person=world.bureau("performance_office"))


@act
def approve_scheme(world: World, year: int, code: str) -> None:
    """The performance office approves the work plan."""
    services.move_scheme(scheme=_scheme(world, year, code), action="approve", person=world.bureau("performance_office"))


@act
def ask_material(world: World, year: int, code: str, text: str) -> None:
    """The evaluator asks the unit for material."""
    record = evaluation_of(world, year, code)
    services.ask_material(evaluation=record, text=text, person=judge_of(world, record))


@act
def deliver_material(world: World, year: int, code: str, number: int, note: str) -> None:
    """The unit brings what request `number` asked for."""
    asked = _asked(world, year, code, number)
    services.deliver_material(asked=asked, note=note, person=_unit(world, asked))


@act
def refuse_material(world: World, year: int, code: str, number: int, reason: str) -> None:
    """The unit does not bring what request `number` asked for."""
    asked = _asked(world, year, code, number)
    services.refuse_material(asked=asked, reason=reason, person=_unit(world, asked))


@act
def record_work(
    world: World, year: int, code: str, kind: str, text: str, venue: str = "", people: str = "",
    counts: list[int] | None = None, made_on: str | date = "",
) -> None:  # fmt: skip
    """The evaluator notes a visit, an expert's judgement, or a questionnaire: sent, returned, satisfied."""
    record = evaluation_of(world, year, code)
    day = day_of(made_on) if made_on else clock.today()
    told = services.RecordData(kind, day, text, venue, people, "", *(counts or ()))
    services.add_record(evaluation=record, told=told, person=judge_of(world, record))


@act
def work_wholly(world: World, year: int, codes: list[str]) -> None:
    """Every step of the work that the place demands."""
    for code in codes:
        work_as_demanded(world, evaluation_of(world, year, code))
