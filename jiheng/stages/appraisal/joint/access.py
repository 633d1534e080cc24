"""Who sees the review by several parties, who calls it, who speaks and signs for which party."""

from django.db.models import QuerySet

from jiheng.foundation.accounts.person import Person, Verdict, allow, deny
from jiheng.foundation.sealed import while_open
from jiheng.registers.subjects.access import within
from jiheng.rules.joint_review import Party
from jiheng.rules.policy.clauses import national_clause
from jiheng.stages.appraisal.access import is_theirs
from jiheng.stages.appraisal.models import Appraisal, JointReview, JointWord, PanelSeat
from jiheng.stages.appraisal.panel.access import RELATED, in_hand
from jiheng.stages.appraisal.reviewing import frozen_parties, joint_clause, joint_of, parties_in

CALLERS = frozenset({"division", "performance_office", "evaluation_centre"})


def visible_joints(person: Person) -> QuerySet[JointReview]:
    """Return the reviews in sight: as the projects; for an expert those whose project the expert scores."""
    if person.role == "expert":
        seats = PanelSeat.objects.filter(user_id=person.user_id, panel__place_id=person.place_id, set_aside="")
        found = JointReview.objects.filter(appraisal__in=seats.values("panel__appraisal"))
    else:
        found = JointReview.objects.filter(within(person, "appraisal__subject_year__"))
    return found.select_related("place", *RELATED).defer("appraisal__cycle__snapshot__content")


def visible_words(person: Person) -> QuerySet[JointWord]:
    """Return what was said in the reviews in sight."""
    found = JointWord.objects.filter(review__in=visible_joints(person).order_by().values("pk"))
    return found.select_related("review__place", *(f"review__{one}" for one in RELATED)).defer(
        "review__appraisal__cycle__snapshot__content"
    )


def may_see_joints(person: Person, _: object = None) -> Verdict:
    """Everybody on the business side, and the experts who take part."""
    if person.is_unit or person.role in {"department_reviewer", "expert"} or person.sees_whole_place:
        return allow()
    return deny(f"“{person.role_label}”不参加会审", national_clause("duty_access"))


def may_open_screen(person: Person, _: object = None) -> Verdict:
    """The big screen is opened by the bureau and by those who look on."""
    if person.sees_whole_place:
        return allow()
    return deny("会场大屏由财政局打开", national_clause("duty_access"))


def party_of(person: Person, review: JointReview) -> Party | None:
    """Return for which party the person acts: by role, within what is the person's; experts only with a seat."""
    appraisal = review.appraisal
    if person.place_id != appraisal.place_id:
        return None
    party = next((one for one in frozen_parties(review) if person.role in one.roles), None)
    if party is None:
        return None
    if person.role == "expert":
        seats = PanelSeat.objects.filter(panel__appraisal=appraisal, user_id=person.user_id, set_aside="")
        return party if seats.exists() else None
    if person.is_overseer:
        return party
    return party if is_theirs(person, appraisal.subject_year) else None


def _under_way(appraisal: Appraisal, clause: str) -> Verdict:
    if not in_hand(appraisal):
        return deny("评估已有结论或不在财政评估环节，不能再办理会审", clause)
    return allow()


@while_open
def may_call(person: Person, appraisal: Appraisal) -> Verdict:
    """The bureau calls the parties, once, while the appraisal is before it."""
    clause = joint_clause(appraisal.cycle)
    if person.role not in CALLERS or not is_theirs(person, appraisal.subject_year):
        return deny("会审由财政局业务股室、绩效管理股或绩效评价中心召集", clause)
    if not parties_in(appraisal.cycle):
        return deny("本年度的制度没有规定会审", clause)
    if joint_of(appraisal) is not None:
        return deny("已经召集会审", clause)
    return _under_way(appraisal, clause)


@while_open
def may_speak(person: Person, review: JointReview) -> Verdict:
    """Each party speaks for itself; whether it is its turn, the rules say."""
    if party_of(person, review) is None:
        return deny("发言、质询由会审各方的人员办理", review.clause)
    return _under_way(review.appraisal, review.clause)


@while_open
def may_answer(person: Person, word: JointWord) -> Verdict:
    """The department answers for its project; the bureau may write down an answer given in the room."""
    review = word.review
    theirs = is_theirs(person, review.appraisal.subject_year)
    if not theirs or person.role not in CALLERS | {"department_reviewer"}:
        return deny("质询由主管部门答复，或由财政局记录会上的答复", review.clause)
    if word.kind != "question" or word.answered_at is not None:
        return deny("不是待答复的质询", review.clause)
    return _under_way(review.appraisal, review.clause)


@while_open
def may_write_minutes(person: Person, review: JointReview) -> Verdict:
    """The bureau writes the minutes."""
    if person.role not in CALLERS or not is_theirs(person, review.appraisal.subject_year):
        return deny("会审纪要由财政局记录", review.clause)
    return _under_way(review.appraisal, review.clause)


@while_open
def may_sign(person: Person, review: JointReview) -> Verdict:
    """Each party signs for itself."""
    return may_speak(person, review)
