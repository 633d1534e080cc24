"""What waits in the experts' scoring: sheets for experts, rounds to draw or to close for the bureau."""

from django.urls import reverse

from jiheng.foundation import clock
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.web.stage import Todo
from jiheng.stages.appraisal.models import ExpertPanel
from jiheng.stages.appraisal.panel.access import may_run, may_score_sheet, own_sheets, visible_panels
from jiheng.stages.appraisal.panel.queries import sheets_in

MOST = 50


def todos(person: Person) -> list[Todo]:
    """The sheets that an expert has not handed in; the panels that those who run them can move on."""
    if person.role == "expert":
        rows = own_sheets(person).filter(given_at=None, seat__panel__is_open=True, seat__panel__appraisal__cycle__state="open")
        return [
            Todo(
                one.seat.panel.appraisal.subject_year.name, f"独立评分（第{one.round}轮）", reverse("appraisal:sheet", args=[one.pk]),
                money_fen=one.seat.panel.appraisal.asked_fen,
            )
            for one in rows.order_by("pk")[:MOST]
            if may_score_sheet(person, one)
        ]  # fmt: skip
    if not person.is_bureau:
        return []
    waiting = visible_panels(person).filter(settled_at=None, appraisal__cycle__state="open").order_by("pk")[:MOST]
    return [
        Todo(one.appraisal.subject_year.name, verb, reverse("appraisal:panel", args=[one.pk]))
        for one in waiting
        if (verb := _verb(one)) and may_run(person, one)
    ]


def _verb(panel: ExpertPanel) -> str:
    """What is to be done next by who runs it; empty while it waits for others."""
    if panel.drawn_at is None:
        return "抽取专家" if panel.draw_on <= clock.today() else ""
    if not panel.is_open:
        return "记录讨论，再评一轮"
    return "" if any(one.given_at is None for one in sheets_in(panel, panel.round)) else "结束本轮评分"
