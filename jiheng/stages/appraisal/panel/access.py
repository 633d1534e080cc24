"""Who sees and runs the experts' scoring of an appraisal, who scores; before a round is closed nobody reads another's sheet."""

from django.db.models import F, Q, QuerySet

from jiheng.foundation.accounts.person import Person, Verdict, allow, deny
from jiheng.foundation.sealed import while_open
from jiheng.registers.cycles.queries import policy_for
from jiheng.rules.policy.clauses import national_clause
from jiheng.stages.appraisal.access import is_theirs, visible_appraisals
from jiheng.stages.appraisal.models import Appraisal, ExpertPanel, PanelSeat, PanelSheet
from jiheng.stages.appraisal.reviewing import panel_clause, panel_of, panel_rule

CONVENERS = frozenset({"division", "performance_office", "evaluation_centre"})
RELATED = (
    "appraisal__subject_year__subject", "appraisal__subject_year__unit", "appraisal__subject_year__department",
    "appraisal__cycle__snapshot", "appraisal__cycle__place", "appraisal__place",
)  # fmt: skip


def _seats(person: Person) -> QuerySet[PanelSeat]:
    return PanelSeat.objects.filter(user_id=person.user_id, panel__place_id=person.place_id, set_aside="")


def visible_panels(person: Person) -> QuerySet[ExpertPanel]:
    """Return the panels in sight: all for bureau and overseers, for an expert those with a seat."""
    found = ExpertPanel.objects.filter(place_id=person.place_id)
    if person.role == "expert":
        found = found.filter(pk__in=_seats(person).values("panel"))
    elif not person.sees_whole_place:
        found = found.none()
    return found.select_related(*RELATED).defer("appraisal__cycle__snapshot__content")


def visible_seats(person: Person) -> QuerySet[PanelSeat]:
    """Return the seats of the panels in sight."""
    found = PanelSeat.objects.filter(panel__in=visible_panels(person).order_by().values("pk"))
    return found.select_related("expert", *(f"panel__{one}" for one in RELATED)).defer("panel__appraisal__cycle__snapshot__content")


def own_sheets(person: Person) -> QuerySet[PanelSheet]:
    """Return the sheets that the person fills: an expert's own, nobody else's."""
    found = PanelSheet.objects.filter(seat__in=_seats(person) if person.role == "expert" else PanelSeat.objects.none())
    return found.select_related("seat__expert", *(f"seat__panel__{one}" for one in RELATED)).defer(
        "seat__panel__appraisal__cycle__snapshot__content"
    )


def visible_sheets(person: Person) -> QuerySet[PanelSheet]:
    """Return the sheets that the person may read: of closed rounds in sight, and the own ones."""
    closed = Q(round__lt=F("seat__panel__round")) | Q(seat__panel__is_open=False)
    read = closed & Q(seat__panel__in=visible_panels(person).order_by().values("pk"))
    own = Q(pk__in=own_sheets(person).order_by().values("pk"))
    found = PanelSheet.objects.filter(read | own)
    return found.select_related("seat__expert", *(f"seat__panel__{one}" for one in RELATED)).defer(
        "seat__panel__appraisal__cycle__snapshot__content"
    )


def appraisals_with_files(person: Person) -> QuerySet[Appraisal]:
    """Return the appraisals whose materials the person may open: the visible ones, for an expert those with a seat."""
    if person.role != "expert":
        return visible_appraisals(person)
    return Appraisal.objects.filter(pk__in=_seats(person).values("panel__appraisal"))


def may_see_panels(person: Person, _: object = None) -> Verdict:
    """The bureau and the overseers look at the scoring, an expert at the own part."""
    if person.sees_whole_place or person.role == "expert":
        return allow()
    return deny("专家评分由财政局、监督机构和评分专家查阅", national_clause("duty_access"))


def may_see_own(person: Person, _: object = None) -> Verdict:
    """Experts have sheets of their own."""
    if person.role == "expert":
        return allow()
    return deny("只有评审专家有自己的评分表", national_clause("duty_access"))


def in_hand(appraisal: Appraisal) -> bool:
    """Whether the appraisal is where its table lets it be concluded."""
    steps = policy_for(appraisal.cycle).workflows["appraisal"].steps
    return any(one.action == "conclude" and one.from_state == appraisal.state for one in steps)


def _convenes(person: Person, appraisal: Appraisal) -> Verdict:
    clause = panel_clause(appraisal.cycle)
    if person.role not in CONVENERS or not is_theirs(person, appraisal.subject_year):
        return deny("专家评分由财政局业务股室、绩效管理股或绩效评价中心组织", clause)
    if not in_hand(appraisal):
        return deny("评估不在财政评估环节，不能组织专家评分", clause)
    return allow()


@while_open
def may_announce(person: Person, appraisal: Appraisal) -> Verdict:
    """The bureau calls experts once, while the appraisal is before it and the rules say how they score."""
    verdict = _convenes(person, appraisal)
    if verdict and panel_rule(appraisal.cycle) is None:
        return deny("本年度的制度没有规定专家怎样评分", panel_clause(appraisal.cycle))
    if verdict and panel_of(appraisal) is not None:
        return deny("已经公告过专家抽取，不能另行公告", panel_clause(appraisal.cycle))
    return verdict


@while_open
def may_run(person: Person, panel: ExpertPanel) -> Verdict:
    """The bureau draws, replaces, closes and opens rounds until the scores are settled."""
    verdict = _convenes(person, panel.appraisal)
    if verdict and panel.settled_at is not None:
        return deny("专家评分已经确定，不能更改", panel.clause)
    return verdict


@while_open
def may_replace(person: Person, seat: PanelSeat) -> Verdict:
    """Who runs the scoring lets the next of the draw take a seat, once."""
    if seat.set_aside:
        return deny("这位专家已经更换", seat.panel.clause)
    return may_run(person, seat.panel)


@while_open
def may_note(person: Person, panel: ExpertPanel) -> Verdict:
    """After a round those who run it and the experts themselves note what was said, until the scores are settled."""
    if panel.settled_at is not None:
        return deny("专家评分已经确定，不再补记讨论", panel.clause)
    if panel.round == 0 or panel.is_open:
        return deny("评分还在进行，讨论须在本轮结束以后", panel.clause)
    if person.role == "expert" and _seats(person).filter(panel=panel).exists():
        return allow()
    return _convenes(person, panel.appraisal)


@while_open
def may_score_sheet(person: Person, sheet: PanelSheet) -> Verdict:
    """The expert fills the own sheet while the round is open and it is not handed in."""
    panel = sheet.seat.panel
    if person.role != "expert" or sheet.seat.user_id != person.user_id:
        return deny("评分由专家本人填写", panel.clause)
    if sheet.seat.set_aside:
        return deny("您已退出本项评分", panel.clause)
    if sheet.given_at is not None:
        return deny("评分已经提交，不能更改", panel.clause)
    if not panel.is_open or sheet.round != panel.round:
        return deny("本轮评分已经结束", panel.clause)
    return allow()
