"""Random draws of self-evaluations for re-check, recorded so that anybody can repeat them."""

from jiheng.foundation import clock
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.audit.services import act, record
from jiheng.foundation.workflow.advance import refuse
from jiheng.registers.cycles.models import Cycle
from jiheng.rules.sampling import draw
from jiheng.stages.evaluation.access import may_draw
from jiheng.stages.evaluation.models import Draw, SelfEvaluation


def draw_rechecks(*, cycle: Cycle, count: int, seed: str, person: Person) -> Draw:
    """Draw `count` of the confirmed self-evaluations not yet drawn, by a seed known before the draw."""
    verdict = may_draw(person)
    if not verdict:
        raise refuse(verdict.reason)
    if not seed.strip():
        raise refuse("请填写随机种子", remedy="建议用当天公开且无法预知的数字，如收盘指数", where="seed")
    earlier = {key for one in Draw.objects.filter(cycle=cycle, purpose="recheck") for key in one.chosen}
    waiting = SelfEvaluation.objects.filter(cycle=cycle, state="submitted").order_by("pk")
    population = [str(pk) for pk in waiting.values_list("pk", flat=True) if str(pk) not in earlier]
    if not 0 < count <= len(population):
        raise refuse(f"可抽取 {len(population)} 份，不能抽 {count} 份", where="count")
    drawn = draw(population, count, seed.strip())
    with act(person):
        made = Draw.objects.create(
            cycle=cycle,
            work_year=clock.today().year,
            purpose="recheck",
            seed=seed.strip(),
            population=population,
            population_digest=drawn.population_digest,
            chosen=list(drawn.chosen),
            drawn_at=clock.now(),
            drawn_by=str(person),
        )
        record(
            "evaluation.draw",
            made,
            {"seed": made.seed, "population": made.population_digest, "chosen": made.chosen},
        )
    return made
