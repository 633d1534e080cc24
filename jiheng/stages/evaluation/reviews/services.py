"""The writes of a review: experts chosen or drawn from the register, their opinions."""

from collections.abc import Collection, Mapping
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.urls import reverse

from jiheng.foundation import clock
from jiheng.foundation.accounts.person import Person, require
from jiheng.foundation.audit.services import act, record, written_along
from jiheng.foundation.notices.services import notify
from jiheng.foundation.refused import mistaken
from jiheng.foundation.workflow.advance import Overtaken, Refused, actors_of, refuse
from jiheng.foundation.workflow.claim import fill_once
from jiheng.registers.experts.drawing import account_of, seed_of
from jiheng.registers.experts.models import Evaluator
from jiheng.rules.refusal import Refusal, mistake
from jiheng.rules.sampling import draw
from jiheng.stages.evaluation.access import ordering_role
from jiheng.stages.evaluation.fieldwork.queries import scheme_of
from jiheng.stages.evaluation.models import Evaluation, ExpertReview
from jiheng.stages.evaluation.reviews.access import (
    Waiting,
    may_appoint_experts,
    may_give_opinion,
    panel_clause,
    waiting_for_experts,
)
from jiheng.stages.evaluation.reviews.queries import LABELS, experts_for

LONGEST = 2000


def appoint_experts(*, evaluation: Evaluation, experts: Collection[int], person: Person) -> list[ExpertReview]:
    """从专家库中确定评审专家；评价机构、被评价单位的人员不能评审。Returns their parts; refused for nobody."""
    waiting = _waiting(evaluation, person)
    chosen = list(experts_for(evaluation, waiting.document, waiting.digest).filter(pk__in=list(experts)))
    if not experts:
        raise refuse("没有选择专家", panel_clause(evaluation.cycle), "请在专家库清单中勾选", "experts")
    if len(chosen) < len(set(experts)):
        words = "所选的不在专家库中，或是评价机构、被评价单位的人员，或已经请过"
        raise refuse(words, panel_clause(evaluation.cycle), "请刷新页面后重新选择", "experts")
    return _seat(evaluation, waiting, chosen, {}, person)


def draw_experts(
    *, evaluation: Evaluation, count: int, seed: str, person: Person, field: str = ""
) -> list[ExpertReview]:
    """从专家库中随机抽取评审专家：种子抽取前公开，谁都能重抽核对。Refused for an empty seed or too few experts."""
    waiting = _waiting(evaluation, person)
    clause = panel_clause(evaluation.cycle)
    seed = seed_of(seed, clause)
    library = list(experts_for(evaluation, waiting.document, waiting.digest, field))
    if not 1 <= count <= len(library):
        raise refuse(f"可以抽取的专家有{len(library)}名，不能抽取{count}名", clause, "请改正人数，或登记专家入库", "count")
    drawn = draw([str(one.pk) for one in library], count, seed)
    known = {str(one.pk): one for one in library}
    told = {
        "seed": seed, "algorithm": drawn.algorithm, "digest": drawn.population_digest,
        "population": [[key, one.name] for key, one in known.items()],
    }  # fmt: skip
    return _seat(evaluation, waiting, [known[key] for key in drawn.chosen], told, person)


def _waiting(evaluation: Evaluation, person: Person) -> Waiting:
    require(may_appoint_experts(person, evaluation))
    waiting = waiting_for_experts(evaluation)
    if waiting is None:
        raise Overtaken
    return waiting


def _seat(
    evaluation: Evaluation, waiting: Waiting, chosen: list[Evaluator], drawn: Mapping[str, object], person: Person
) -> list[ExpertReview]:
    clause = panel_clause(evaluation.cycle)
    with act(person):
        try:
            with transaction.atomic():
                made = [
                    ExpertReview.objects.create(
                        evaluation=evaluation, document=waiting.document, content_hash=waiting.digest, expert=one,
                        user=account_of(one), drawn=drawn, appointed_by=str(person), appointed_at=clock.now(),
                    )
                    for one in chosen
                ]
        except IntegrityError:
            raise Overtaken from None
        detail = {"document": LABELS[waiting.document], "experts": [str(one.pk) for one in chosen], **drawn}
        record("evaluation.appoint_experts", evaluation, detail, clause)
        written_along(made)
        text = f"{evaluation.subject_year.name}：请评审{LABELS[waiting.document]}"
        for body in {one.organisation_id: one.organisation for one in chosen}.values():
            link = reverse("evaluation:reviews", args=[evaluation.pk])
            notify(organisation=body, role="expert", text=text, link=link, about=evaluation)
    return made


def give_opinion(
    *, seat: ExpertReview, verdict: str, opinion: str, person: Person, points: Decimal | None = None
) -> None:
    """专家写明结论和意见，可以打分；写了的不能改。Refused with every fault; whoever wrote or passed it cannot judge it."""
    require(may_give_opinion(person, seat))
    clause = panel_clause(seat.evaluation.cycle)
    found = []
    if verdict not in dict(ExpertReview.VERDICTS):
        found.append(Refusal("没有选择结论", clause, "请选择同意或建议退回修改", "verdict"))
    if not opinion.strip():
        found.append(Refusal("没有写明评审意见", clause, "请写明指标是否合理、报告是否客观以及理由", "opinion"))
    if len(opinion.strip()) > LONGEST:
        found.append(mistake(f"评审意见最多 {LONGEST} 字", where="opinion"))
    if points is not None and not 0 <= points <= 100:
        found.append(mistake("评审得分在 0 到 100 之间", where="points"))
    if seat.user_id is not None and seat.user_id in _reviewed_by(seat):
        found.append(Refusal("您已起草或评审过这份材料，不能再作为专家评审", clause, "请另请专家"))
    if found:
        raise Refused(found)
    told = {
        "verdict": verdict, "opinion": opinion.strip(), "points": points, "given_by": str(person), "given_at": clock.now(),
    }  # fmt: skip
    with act(person):
        fill_once(seat, told, "given_at")
        detail = {"document": seat.get_document_display(), "verdict": seat.get_verdict_display(), "opinion": seat.opinion}
        record("evaluation.expert_opinion", seat, {**detail, "points": str(points) if points is not None else None}, clause)
        one = seat.evaluation
        role = ordering_role(one.kind)
        link = reverse("evaluation:reviews", args=[one.pk])
        text = f"{one.subject_year.name}：专家已评审{seat.get_document_display()}（{seat.get_verdict_display()}）"
        notify(organisation=one.organiser or one.evaluator, role=role, text=text, link=link, about=one)


def _reviewed_by(seat: ExpertReview) -> set[int]:
    case = scheme_of(seat.evaluation) if seat.document == "indicators" else seat.evaluation
    if case is None:
        raise mistaken("没有所审的材料")
    return {user for users in actors_of(case).values() for user in users}
