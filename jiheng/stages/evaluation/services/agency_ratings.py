"""The one write on the quality of a third party's work: a rating on the place's scorecard, never changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from jiheng.foundation import clock
from jiheng.foundation.accounts.person import Person, require
from jiheng.foundation.audit.services import act, record
from jiheng.foundation.notices.services import notify
from jiheng.foundation.workflow.advance import Refused, refuse
from jiheng.registers.cycles.clauses import clause_in
from jiheng.registers.cycles.queries import policy_for, rule_in
from jiheng.rules.agency_quality import payable
from jiheng.rules.refusal import Refusal
from jiheng.rules.scoring.scorecard import Scorecard
from jiheng.stages.evaluation.access import may_rate_agency
from jiheng.stages.evaluation.agency_quality import entries_for
from jiheng.stages.evaluation.models import AgencyRating, Evaluation
from jiheng.stages.evaluation.services.evaluations import score_problems, total_and_grade

CARD = "agency_quality"
LONGEST = 1000


@dataclass(frozen=True)
class RatingData:
    """What is told of a third party's work: points and reasons by item, an opinion, the agreed fee (fen), for whom.

    `entry` is the key of its entry in the register; None where there is only one.
    """

    points: Mapping[str, Decimal]
    reasons: Mapping[str, str]
    opinion: str
    fee_fen: int | None = None
    entry: int | None = None


def quality_card(evaluation: Evaluation) -> Scorecard:
    """Return the scorecard for the work of third parties as the evaluation's cycle knows it.

    Raises Refused where the rules were frozen before there was one.
    """
    card = policy_for(evaluation.cycle).scorecards.get(CARD)
    if card is None:
        clause = clause_in(evaluation.cycle, "agency_quality_assessed")
        raise refuse("本年度的制度没有第三方工作质量评分表", clause, "请先采用新版制度")
    return card


def rate_agency(*, evaluation: Evaluation, told: RatingData, person: Person) -> AgencyRating:
    """Rate the work of a third party on one confirmed evaluation, once; its fee by the grade where the rules say so.

    评价结果确定后，由绩效管理股按评分表逐项评分，扣分写明原因，一次评定、不能更改；第三方看得到。Raises Refused with everything
    that is wrong.
    """
    require(may_rate_agency(person, evaluation))
    card = quality_card(evaluation)
    clause = clause_in(evaluation.cycle, "agency_quality_assessed")
    problems = score_problems(evaluation, card, told.points, told.reasons)
    problems += [
        Refusal(f"“{item.label}”没有评分", str(policy_for(evaluation.cycle).clause_of(card)), "请逐项评分", item.key)
        for item in card.items
        if item.key not in told.points
    ]
    opinion = told.opinion.strip()
    if not opinion or len(opinion) > LONGEST:
        problems.append(Refusal(f"须写明评分意见，不超过 {LONGEST} 字", clause, "请填写评分意见", "opinion"))
    entries = {one.pk: one for one in entries_for(evaluation)}
    chosen = told.entry if told.entry is not None else next(iter(entries)) if len(entries) == 1 else None
    if not entries:
        fact = f"“{evaluation.evaluator}”没有在库的登记，不能评分"
        problems.append(Refusal(fact, clause, "请先在“专家与机构”登记入库", "entry"))
    elif chosen not in entries:
        problems.append(Refusal("请选择承担这项评价的是哪一个", clause, "在库中选择", "entry"))
    shares = rule_in(evaluation.cycle, "agency_fee_shares")
    paid = shares is not None and shares.value is not None
    if paid and (told.fee_fen is None or told.fee_fen < 0):
        problems.append(Refusal("费用与工作质量挂钩，须写明约定的费用", str(shares and shares.clause), "请填写约定费用", "fee_fen"))
    if problems:
        raise Refused(problems)
    total, grade = total_and_grade(evaluation, card, told.points)
    share, money = payable(told.fee_fen or 0, grade, shares.value) if paid and shares else (None, None)
    with act(person):
        # The row is the lock: of two people who rate at once the second waits and then sees it done.
        Evaluation.objects.select_for_update().get(pk=evaluation.pk)
        require(may_rate_agency(person, evaluation))
        made = AgencyRating.objects.create(
            place_id=evaluation.place_id,
            evaluation=evaluation,
            entry=entries[chosen or 0],
            points={item.key: [str(told.points[item.key]), told.reasons.get(item.key, "").strip()] for item in card.items},
            total=total or Decimal(0),
            grade=grade,
            opinion=opinion,
            fee_fen=told.fee_fen if paid else None,
            share=share,
            payable_fen=money,
            clause=clause,
            made_on=clock.today(),
            made_by=str(person),
        )
        detail = {"total": str(made.total), "grade": grade, "comment": opinion}
        record("evaluation.rate_agency", made, detail | ({"fen": money} if paid else {}), clause)
        text = f"{evaluation.subject_year.name}：评价工作质量评为 {made.total} 分"
        for role in ("agency", "expert"):
            link = f"/evaluation/ratings/{made.pk}/"
            notify(organisation=evaluation.evaluator, role=role, text=text, link=link, about=made)
    return made
