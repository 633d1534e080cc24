"""Words for experts who score an appraisal alone and for the review by several parties."""

from datetime import date
from decimal import Decimal

from jiheng.channels.scenarios.acts import act, years
from jiheng.channels.scenarios.world import World
from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Appointment
from jiheng.foundation.accounts.person import Person, person_of
from jiheng.foundation.accounts.services import appoint
from jiheng.registers.experts.models import Evaluator
from jiheng.registers.experts.services import leave_register
from jiheng.stages.appraisal.facts import card_in
from jiheng.stages.appraisal.joint import services as joint
from jiheng.stages.appraisal.models import Appraisal, ExpertPanel, JointReview, PanelSheet
from jiheng.stages.appraisal.panel import services as panels
from jiheng.stages.appraisal.services import conclude_appraisal

LACKING = "没有测算明细"


def _case(world: World, year: int, code: str) -> Appraisal:
    found = Appraisal.objects.select_related("cycle__snapshot", "subject_year__unit", "subject_year__department")
    return found.defer("cycle__snapshot__content").get(subject_year=years(world, year, [code])[0])


def _panel(world: World, year: int, code: str) -> ExpertPanel:
    return ExpertPanel.objects.get(appraisal=_case(world, year, code))


def _office(world: World) -> Person:
    return world.bureau("performance_office")


def _account(user: int) -> Person:
    held = Appointment.objects.filter(user_id=user, role="expert").select_related("user", "organisation__place")
    return person_of(held[0])


@act
def leave_experts(world: World, names: list[str], reason: str) -> None:
    """Experts whose work is too weak leave the register."""
    for name in names:
        entry = Evaluator.objects.get(place=world.place, name=name, left_on__isnull=True)
        leave_register(evaluator=entry, day=clock.today(), reason=reason, person=_office(world))


@act
def announce_draw(world: World, year: int, code: str, count: int, draw_on: date, source: str = "抽取当天收盘的上证指数", field: str = "") -> None:
    """The bureau announces whom a draw is to find, and by which number of which later day."""
    told = panels.Announcement(count, source, draw_on, {}, field)
    panels.announce_panel(appraisal=_case(world, year, code), told=told, person=_office(world))


@act
def draw_panel(world: World, year: int, code: str, seed: str) -> None:
    """The bureau draws by the number that was announced."""
    panels.draw_panel(panel=_panel(world, year, code), seed=seed, person=_office(world))


def _sheets(panel: ExpertPanel) -> list[PanelSheet]:
    rows = PanelSheet.objects.filter(seat__panel=panel, round=panel.round, seat__set_aside="")
    return list(rows.select_related("seat").order_by("seat__number"))


@act
def experts_score(world: World, year: int, code: str, totals: list[str]) -> None:
    """Each expert scores alone and hands in; `totals` are what their sheets come to, the loss spread from the last item up."""
    for sheet, total in zip(_sheets(_panel(world, year, code)), totals, strict=True):
        _give(sheet, _account(sheet.seat.user_id), Decimal(total))


def _give(sheet: PanelSheet, person: Person, total: Decimal) -> None:
    card = card_in(sheet.seat.panel.appraisal.cycle)
    points, left = {}, card.total - total
    for item in reversed(card.items):
        lost = min(left, item.points)
        points[item.key], left = item.points - lost, left - lost
    panels.save_sheet(sheet=sheet, points=points, missing=dict.fromkeys(points, LACKING), opinion="", person=person, hand_in=True)


@act
def score_as_other(world: World, year: int, code: str) -> None:
    """The first expert tries to fill the second one's sheet."""
    first, second = _sheets(_panel(world, year, code))[:2]
    _give(second, _account(first.seat.user_id), Decimal(100))


@act
def expert_joins(world: World, year: int, code: str, body: str) -> None:
    """The first expert takes office with a body."""
    appoint(user=_sheets(_panel(world, year, code))[0].seat.user, organisation=world.body(body), role="unit_finance", valid_from=clock.today())


@act
def first_expert_scores(world: World, year: int, code: str) -> None:
    """The first expert scores and hands in."""
    sheet = _sheets(_panel(world, year, code))[0]
    _give(sheet, _account(sheet.seat.user_id), Decimal(90))


@act
def replace_first_expert(world: World, year: int, code: str, reason: str) -> None:
    """The next of the draw takes the first expert's seat."""
    panels.replace_expert(seat=_sheets(_panel(world, year, code))[0].seat, reason=reason, person=_office(world))


@act
def close_round(world: World, year: int, code: str) -> None:
    """The bureau ends the round."""
    panels.close_round(panel=_panel(world, year, code), person=_office(world))


@act
def talk_over(world: World, year: int, code: str, text: str) -> None:
    """What was said of the differences is noted."""
    panels.note_discussion(panel=_panel(world, year, code), text=text, person=_office(world))


@act
def score_again(world: World, year: int, code: str) -> None:
    """Another round begins."""
    panels.score_again(panel=_panel(world, year, code), person=_office(world))


# --- several parties


def _review(world: World, year: int, code: str) -> JointReview:
    found = JointReview.objects.select_related("appraisal__cycle__snapshot").defer("appraisal__cycle__snapshot__content")
    return found.get(appraisal=_case(world, year, code))


def _speaker(world: World, review: JointReview, party: str) -> Person:
    """Return who speaks for a party: by its roles as the pack names them."""
    roles = next(one["roles"] for one in review.parties if one["key"] == party)
    if "expert" in roles:
        return _account(review.appraisal.panel.seats.filter(set_aside="")[0].user_id)
    if "department_reviewer" in roles:
        return world.person(review.appraisal.subject_year.department.code, "department_reviewer")
    if "division" in roles:
        return world.bureau("division")
    return world.person("congress", roles[0])


@act
def call_joint(world: World, year: int, code: str) -> None:
    """The bureau calls the parties."""
    agenda = "按次序发言，质询逐条答复，各方签字"
    joint.call_review(appraisal=_case(world, year, code), held_on=clock.today(), venue="", agenda=agenda, person=_office(world))


@act
def party_speaks(world: World, year: int, code: str, party: str, kind: str = "statement", item: str = "", text: str = "意见") -> None:
    """One party states something or asks."""
    review = _review(world, year, code)
    joint.speak(review=review, kind=kind, text=text, item=item, person=_speaker(world, review, party))


@act
def answer_questions(world: World, year: int, code: str, answer: str) -> None:
    """The department answers what was asked."""
    review = _review(world, year, code)
    person = world.person(review.appraisal.subject_year.department.code, "department_reviewer")
    for word in review.words.filter(kind="question", answered_at=None):
        joint.answer_question(word=word, answer=answer, person=person)


@act
def write_minutes(world: World, year: int, code: str, minutes: str) -> None:
    """The bureau writes the minutes."""
    joint.write_minutes(review=_review(world, year, code), minutes=minutes, person=_office(world))


@act
def party_signs(world: World, year: int, code: str, party: str) -> None:
    """One party signs."""
    review = _review(world, year, code)
    joint.sign_review(review=review, person=_speaker(world, review, party))


@act
def conclude_joint(world: World, year: int, code: str, conclusion: str = "supported", reason: str = "会审各方意见一致") -> None:
    """The bureau concludes."""
    case = _case(world, year, code)
    agreed = 0 if conclusion == "not_supported" else case.asked_fen
    conclude_appraisal(appraisal=case, conclusion=conclusion, agreed_fen=agreed, reason=reason, person=_office(world))
