"""How the experts' scoring of an appraisal stands: the rule, the rounds, who has handed in, what speaks against a conclusion."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from jiheng.foundation.workflow.advance import actors_of
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.experts.drawing import account_of, bodies_of
from jiheng.registers.experts.models import Evaluator
from jiheng.rules.blind_scoring import CardItem, RoundResult, Ties, conflict, result_of
from jiheng.rules.sampling import digest_of, draw
from jiheng.stages.appraisal.facts import card_in
from jiheng.stages.appraisal.models import Appraisal, ExpertPanel, PanelNote, PanelSeat, PanelSheet
from jiheng.stages.appraisal.reviewing import panel_rule


def applicants_of(appraisal: Appraisal) -> frozenset[int]:
    """Return the bodies that apply for the money: the unit and its department."""
    year = appraisal.subject_year
    return frozenset({year.unit_id, year.department_id})


def conflicts(appraisal: Appraisal, library: list[Evaluator]) -> dict[int, str]:
    """Return which experts the rules leave out, and why: of the applicants, with a hand in the appraisal, without an account."""
    accounts = {one.pk: account_of(one) for one in library}
    bodies = bodies_of(user.pk for user in accounts.values() if user is not None)
    acted = {user for users in actors_of(appraisal).values() for user in users}
    found = {}
    for one in library:
        user, applicants = accounts[one.pk], applicants_of(appraisal)
        tied = (bodies.get(user.pk, frozenset()) if user else frozenset()) | {one.organisation_id}
        why = conflict(Ties(frozenset(tied), user is not None and user.pk in acted), applicants)
        if not why and user is None:
            why = "没有登录账号，不能独立评分"
        if why:
            found[one.pk] = why
    return found


def card_items(cycle: Cycle) -> list[CardItem]:
    """Return the items of the card as the rules of scoring want them."""
    return [CardItem(one.key, one.label, one.points) for one in card_in(cycle).items]


def points_of(sheet: PanelSheet) -> dict[str, Decimal]:
    """Return the points of a sheet by item."""
    return {key: Decimal(text) for key, text in sheet.points.items()}


def standing_seats(panel: ExpertPanel) -> list[PanelSeat]:
    """Return who scores, without those set aside."""
    return [one for one in panel.seats.select_related("expert__organisation") if not one.set_aside]


def sheets_in(panel: ExpertPanel, number: int) -> list[PanelSheet]:
    """Return the sheets of a round, of those who score."""
    rows = PanelSheet.objects.filter(seat__panel=panel, round=number, seat__set_aside="")
    return list(rows.select_related("seat__expert").order_by("seat__number"))


@dataclass(frozen=True)
class Round:
    """A closed round: what it gave, the sheets behind it, what was said afterwards."""

    number: int
    result: RoundResult
    sheets: list[PanelSheet]
    notes: list[PanelNote]

    @property
    def names(self) -> list[str]:
        """The experts by number, in the order of the sheets."""
        return [str(one.seat) for one in self.sheets]

    @property
    def labels(self) -> Mapping[str, str]:
        """The items' names."""
        return {one.item.key: one.item.label for one in self.result.items}


def rounds_of(panel: ExpertPanel) -> list[Round]:
    """Return the closed rounds, first to last; an open one is nobody's to read."""
    rule = panel_rule(panel.appraisal.cycle)
    last = panel.round - 1 if panel.is_open else panel.round
    notes = list(panel.notes.all())
    found = []
    for number in range(1, last + 1):
        sheets = [one for one in sheets_in(panel, number) if one.given_at is not None]
        if rule is None or not sheets:
            continue
        result = result_of(card_items(panel.appraisal.cycle), {str(one.seat): points_of(one) for one in sheets}, rule)
        found.append(Round(number, result, sheets, [one for one in notes if one.round == number]))
    return found


def verify_panel_draw(panel: ExpertPanel) -> list[str]:
    """Repeat the draw; what does not agree, empty when everything does."""
    if digest_of(panel.population) != panel.population_digest:
        return ["总体清单与公告时不同，摘要对不上"]
    again = draw(panel.population, len(panel.population), panel.seed)
    return [] if list(again.chosen) == panel.order else ["抽取次序与重算结果不同"]
