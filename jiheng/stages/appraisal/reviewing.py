"""What experts and several parties add to an appraisal before it is concluded: the rules, how far they are, what lacks."""

from typing import Any

from jiheng.foundation.audit.chain import content_hash
from jiheng.registers.cycles.clauses import clause_in
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import rule_in
from jiheng.registers.subjects.models import SubjectYear
from jiheng.rules.blind_scoring import BlindRule
from jiheng.rules.joint_review import Party, Standing, conclusion_refusals, parties_of, review_demanded
from jiheng.rules.money import yuan_to_fen
from jiheng.rules.refusal import Refusal
from jiheng.stages.appraisal.facts import request_of
from jiheng.stages.appraisal.models import Appraisal, ExpertPanel, JointReview, JointSignature, JointWord

PANEL = "appraisal_expert_panel"
RULE, LIMIT, CHANGES, NAME = (
    "joint_review_parties", "joint_review_threshold", "joint_review_changes", "joint_review_name",
)  # fmt: skip


def _value(cycle: Cycle, key: str) -> Any:
    rule = rule_in(cycle, key)
    return rule.value if rule is not None else None


def parties_in(cycle: Cycle) -> tuple[Party, ...]:
    """Return the parties of the review in the cycle, in their order; none where the place has no such review."""
    return parties_of(_value(cycle, RULE))


def limit_in(cycle: Cycle) -> int | None:
    """Return the money (fen) from which the review is held; None for no limit."""
    value = _value(cycle, LIMIT)
    return yuan_to_fen(value) if value is not None else None


def name_in(cycle: Cycle) -> str:
    """Return what the place calls the review."""
    return str(_value(cycle, NAME) or "会审")


def joint_clause(cycle: Cycle) -> str:
    """Return the clause that names the parties; that of the limit where there is one."""
    return clause_in(cycle, LIMIT if _value(cycle, LIMIT) is not None else RULE)


def joint_demanded(year: SubjectYear) -> bool:
    """Whether the rules demand the review of this project."""
    cycle = year.cycle
    return review_demanded(parties_in(cycle), limit_in(cycle), _value(cycle, CHANGES), request_of(year))


def joint_of(appraisal: Appraisal) -> JointReview | None:
    """Return the review of an appraisal, or None."""
    return JointReview.objects.filter(appraisal=appraisal).first()


def frozen_parties(review: JointReview) -> tuple[Party, ...]:
    """Return the parties as they stood when the review was called."""
    return parties_of(review.parties)


def joint_digest(review: JointReview) -> str:
    """Return the digest of what the parties sign: agenda, everything said and answered, the minutes, the money asked."""
    words = JointWord.objects.filter(review=review).order_by("pk")
    told = [[one.party, one.kind, one.item, one.text, one.answer] for one in words]
    return content_hash(
        {
            "appraisal": review.appraisal_id, "asked_fen": review.appraisal.asked_fen, "held_on": review.held_on.isoformat(),
            "agenda": review.agenda, "parties": review.parties, "words": told, "minutes": review.minutes,
        }
    )  # fmt: skip


def standing_of(review: JointReview) -> Standing:
    """Return how far the review is; a signature on earlier content does not stand."""
    words = list(JointWord.objects.filter(review=review))
    signed = JointSignature.objects.filter(review=review, content_hash=joint_digest(review))
    return Standing(
        frozenset(one.party for one in words),
        sum(1 for one in words if one.kind == "question" and one.answered_at is None),
        bool(review.minutes.strip()),
        frozenset(signed.values_list("party", flat=True)),
    )


def joint_refusals(appraisal: Appraisal) -> list[Refusal]:
    """制度规定须会审的，缺一方不能作出结论，写明缺哪一方；已经召集的会审，同样。"""
    review = joint_of(appraisal)
    if review is None and not joint_demanded(appraisal.subject_year):
        return []
    parties = frozen_parties(review) if review is not None else parties_in(appraisal.cycle)
    standing = standing_of(review) if review is not None else None
    clause = review.clause if review is not None else joint_clause(appraisal.cycle)
    return conclusion_refusals(parties, standing, clause, name_in(appraisal.cycle))


def panel_rule(cycle: Cycle) -> BlindRule | None:
    """Return how experts score appraisals in the cycle; None where the rules, or rules frozen earlier, say nothing."""
    rule = rule_in(cycle, PANEL)
    return BlindRule.of(rule.value) if rule is not None and rule.value else None


def panel_clause(cycle: Cycle) -> str:
    """Return the clause of the experts' scoring."""
    return clause_in(cycle, PANEL)


def panel_of(appraisal: Appraisal) -> ExpertPanel | None:
    """Return the panel of an appraisal, or None."""
    return ExpertPanel.objects.filter(appraisal=appraisal).first()


def panel_refusals(appraisal: Appraisal) -> list[Refusal]:
    """制度规定须经专家评分的，评分确定后才能作出结论；已经组织专家评分的，同样。"""
    rule, panel = panel_rule(appraisal.cycle), panel_of(appraisal)
    clause = panel_clause(appraisal.cycle)
    if panel is None:
        if rule is None or not rule.required:
            return []
        return [Refusal("还没有组织专家独立评分，不能作出结论", clause, "请先抽取专家、组织评分", "panel")]
    if panel.settled_at is None:
        return [Refusal("专家评分还没有确定，不能作出结论", clause, "请等各位专家交卷，结束本轮评分", "panel")]
    return []
