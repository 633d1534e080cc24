"""Third parties drawn out of the register by a recorded draw, where the place's rules demand it."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import QuerySet

from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Organisation
from jiheng.foundation.accounts.person import Person, require
from jiheng.foundation.audit.services import act, record, written_along
from jiheng.foundation.refused import mistaken
from jiheng.foundation.workflow.advance import refuse
from jiheng.foundation.workflow.claim import fill_once
from jiheng.registers.cycles.clauses import clause_in
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import rule_in
from jiheng.registers.experts.drawing import LONGEST_REASON, as_it_stood, in_register, left_out, seed_of
from jiheng.registers.experts.models import Evaluator
from jiheng.registers.subjects.models import SubjectYear
from jiheng.rules.policy import DatedValue
from jiheng.rules.refusal import Refusal
from jiheng.rules.sampling import Draw as PureDraw
from jiheng.rules.sampling import draw, verify
from jiheng.stages.evaluation.access import THIRD_PARTIES, may_start_evaluation
from jiheng.stages.evaluation.agency_quality import away, away_body
from jiheng.stages.evaluation.models import Evaluation, EvaluatorDraw


@dataclass(frozen=True)
class Drawing:
    """For what is drawn, from which field (empty: all), by which seed, and who is left out why (entry → reason)."""

    year: SubjectYear
    kind: str
    seed: str
    recusals: Mapping[int, str]
    field: str = ""


def drawing_rule(cycle: Cycle) -> DatedValue | None:
    """Return the rule that third parties are drawn from the register, or None where the place has none."""
    rule = rule_in(cycle, "agency_drawn_from_library")
    return rule if rule is not None and rule.value else None


def library_for(year: SubjectYear, field: str = "") -> QuerySet[Evaluator]:
    """Return who is in the register today, in a field where one is named."""
    return in_register(year.place_id, field)


def open_draw(year: SubjectYear, kind: str) -> EvaluatorDraw | None:
    """Return the draw that stands for an evaluation not yet ordered."""
    found = EvaluatorDraw.objects.filter(subject_year=year, kind=kind, set_aside="", evaluation__isnull=True)
    return found.select_related("chosen__organisation").order_by("-pk").first()


def draw_evaluator(*, drawing: Drawing, person: Person) -> EvaluatorDraw:
    """Draw one third party out of the register, those who recuse themselves left out with their reasons.

    从库中抽取：在库的、没有回避情形的都参加，种子抽取前公开。The evaluated body, those who were drawn before and
    could not take it on, and those whose work is rated too low are left out by themselves. Refused while an earlier draw stands, for an empty seed, a
    recusal without reason, or when nobody is left.
    """
    year = drawing.year
    require(may_start_evaluation(person, year))
    rule = drawing_rule(year.cycle)
    clause = str(rule.clause) if rule is not None else clause_in(year.cycle, "evaluator_separate")
    if drawing.kind not in dict(Evaluation.KINDS):
        raise mistaken(f"没有“{drawing.kind}”这种评价", where="kind")
    seed = seed_of(drawing.seed, clause)
    if open_draw(year, drawing.kind) is not None:
        raise refuse("已经抽取过，不能重抽", clause, "抽中的不能承担的，先写明原因")
    library = list(library_for(year, drawing.field))
    recused = _recused(drawing, library, clause)
    away_keys = {one["key"] for one in recused}
    population = [str(one.pk) for one in library if str(one.pk) not in away_keys]
    if not population:
        raise refuse("库中没有可以抽取的第三方", clause, "请先登记入库，或放宽专业领域", "field")
    drawn = draw(population, 1, seed)
    with act(person):
        made = EvaluatorDraw.objects.create(
            place_id=year.place_id,
            subject_year=year,
            kind=drawing.kind,
            field=drawing.field.strip()[:60],
            library=as_it_stood(library),
            recused=recused,
            algorithm=drawn.algorithm,
            seed=seed,
            population=population,
            population_digest=drawn.population_digest,
            chosen_id=int(drawn.chosen[0]),
            drawn_at=clock.now(),
            drawn_by=str(person),
            clause=clause,
        )
        detail = {"seed": seed, "population": drawn.population_digest, "chosen": list(drawn.chosen)}
        record("evaluation.draw_evaluator", made, detail, clause)
    return made


def _recused(drawing: Drawing, library: list[Evaluator], clause: str) -> list[dict[str, str]]:
    """Return who is left out and why: the evaluated body, those set aside before, poor work, those who recuse themselves."""
    year = drawing.year
    earlier = EvaluatorDraw.objects.filter(subject_year=year, kind=drawing.kind).exclude(set_aside="")
    reasons = {one.chosen_id: f"前次抽中不能承担：{one.set_aside}" for one in earlier}
    reasons |= {one.pk: "就是被评价单位" for one in library if one.organisation_id == year.unit_id}
    reasons |= away(year.cycle, [one.pk for one in library])
    return left_out(library, reasons, drawing.recusals, clause)


def set_draw_aside(*, drawn: EvaluatorDraw, reason: str, person: Person) -> None:
    """Note why the one drawn cannot take it on; then another draw may be made without them."""
    require(may_start_evaluation(person, drawn.subject_year))
    if drawn.evaluation_id is not None:
        raise refuse("已据此安排评价，不能另抽", drawn.clause)
    if not reason.strip():
        raise refuse("须写明不能承担的原因", drawn.clause, "填写原因", "reason")
    with act(person):
        fill_once(drawn, {"set_aside": reason.strip()[:LONGEST_REASON]}, "set_aside")
        record("evaluation.draw_aside", drawn, {"comment": drawn.set_aside}, drawn.clause)


def assignment_problems(year: SubjectYear, kind: str, evaluator: Organisation) -> list[Refusal]:
    """Return why a third party may not be given an evaluation: poor work before, or a draw that did not choose it."""
    if evaluator.kind not in THIRD_PARTIES:
        return []
    drawn = open_draw(year, kind)
    poor = away_body(year.cycle, evaluator, drawn.chosen_id if drawn is not None else None)
    if poor is not None:
        return [poor]
    rule = drawing_rule(year.cycle)
    if rule is None:
        return []
    if drawn is None:
        fact = "第三方须从机构库、专家库中抽取，还没有抽取"
        return [Refusal(fact, str(rule.clause), "请先从库中抽取", "evaluator")]
    if drawn.chosen.organisation_id != evaluator.pk:
        fact = f"抽中的是“{drawn.chosen.name}”，不能改派“{evaluator}”"
        return [Refusal(fact, str(rule.clause), "请安排抽中的第三方；不能承担的，写明原因后另抽", "evaluator")]
    return []


def use_draw(evaluation: Evaluation) -> None:
    """Tie the standing draw to the evaluation that was ordered by it; call inside the act of ordering."""
    drawn = open_draw(evaluation.subject_year, evaluation.kind)
    if drawn is not None and drawn.chosen.organisation_id == evaluation.evaluator_id:
        drawn.evaluation = evaluation
        drawn.save(update_fields=["evaluation"])
        written_along([drawn])


def verify_evaluator_draw(drawn: EvaluatorDraw) -> list[str]:
    """Repeat a recorded draw; what does not agree, empty when everything does."""
    recorded = PureDraw(drawn.seed, 1, drawn.population_digest, (str(drawn.chosen_id),), drawn.algorithm)
    return verify(recorded, drawn.population)
