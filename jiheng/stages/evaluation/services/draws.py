"""Random draws for re-check, of self-evaluations, departments' evaluations and monitoring reports, that anybody can repeat."""

from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Organisation
from jiheng.foundation.accounts.person import Person, require
from jiheng.foundation.audit.services import act, record
from jiheng.foundation.notices.services import notify
from jiheng.foundation.refused import mistaken
from jiheng.foundation.workflow.advance import refuse
from jiheng.registers.cycles.clauses import clause_in
from jiheng.registers.cycles.models import Cycle
from jiheng.rules.sampling import draw
from jiheng.stages.evaluation.access import may_draw
from jiheng.stages.evaluation.models import Draw
from jiheng.stages.evaluation.queries import DRAW_RULES, draw_population, draw_rule

LONGEST_SEED = 80
REMEDIES = {
    "recheck": "主管部门审核通过、尚未抽过的自评才可抽取",
    "department": "已确认、不是财政局自己评分、尚未抽过的部门评价才可抽取",
    "monitoring": "已报送、尚未抽过的监控表才可抽取",
}


def draw_rechecks(*, cycle: Cycle, count: int, seed: str, person: Person, purpose: str = "recheck") -> Draw:
    """Draw `count` of what is confirmed and not yet drawn, by a seed known before the draw.

    自评由主管部门审核通过后抽取（`recheck`），部门评价确认后抽取（`department`），监控表报送后抽取（`monitoring`，只在制度规定数据抽查的
    地方）。
    """
    require(may_draw(person))
    if purpose not in REMEDIES:
        raise mistaken(f"没有“{purpose}”这种抽取", where="purpose")
    if purpose == "monitoring" and draw_rule(cycle, purpose) is None:
        raise refuse("本年度的制度没有规定监控数据抽查", clause_in(cycle, "monitoring_checkpoints"), where="purpose")
    rule = "recheck_share" if draw_rule(cycle, purpose) is None else DRAW_RULES[purpose]
    seed = " ".join(seed.split())
    if not seed:
        raise refuse(
            "请填写随机种子",
            clause_in(cycle, rule),
            remedy="建议用当天公开且无法预知的数字，如收盘指数",
            where="seed",
        )
    if len(seed) > LONGEST_SEED:
        raise mistaken(f"随机种子最多 {LONGEST_SEED} 字", where="seed")
    population = draw_population(cycle, purpose)
    if not 0 < count <= len(population):
        raise refuse(
            f"可抽取 {len(population)} 份，不能抽 {count} 份",
            clause_in(cycle, rule),
            remedy=REMEDIES[purpose],
            where="count",
        )
    drawn = draw(population, count, seed)
    with act(person):
        made = Draw.objects.create(
            cycle=cycle,
            work_year=clock.today().year,
            purpose=purpose,
            algorithm=drawn.algorithm,
            seed=seed,
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
        bureau = Organisation.objects.get(pk=person.organisation_id)
        notify(
            organisation=bureau,
            role="evaluation_centre",
            text=f"{cycle.budget_year} 年度{made.get_purpose_display()}抽取 {count} 份，待{'核对' if purpose == 'monitoring' else '复核'}",
            link=f"/evaluation/draws/{made.pk}/",
            about=made,
        )
    return made
