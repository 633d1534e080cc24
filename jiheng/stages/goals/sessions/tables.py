"""The list of sessions."""

from django.urls import reverse

from jiheng.foundation.web.lists import Column, Empty, Facet, Table
from jiheng.registers.cycles.queries import policy_for
from jiheng.rules.workflow.steps import Tone
from jiheng.stages.goals.models import ReviewSession

STATES = (("planned", "筹备"), ("open", "会审中"), ("sealed", "已封存"))


def state_of(session: ReviewSession) -> tuple[str, Tone]:
    """Return how a session stands, in words and colour."""
    state = policy_for(session.cycle).workflows["review_session"].states[session.state]
    return state.label, state.tone


SESSIONS = Table(
    key="sessions",
    title="面对面会审",
    unit="场",
    columns=(
        Column("title", "会审名称", "title", sort="title", card=True, link=lambda s: reverse("goals:session", args=[s.pk])),
        Column("held", "会审日期", "held_on", kind="day", sort="held_on", card=True),
        Column("venue", "地点", "venue"),
        Column("chair", "主持人", "chair_name"),
        Column("state", "状态", lambda s: state_of(s)[0], kind="state", tone=lambda s: state_of(s)[1], sort="state", card=True),
    ),
    facets=(Facet("state", "状态", STATES),),
    search=("title", "venue", "chair_name"),
    search_label="名称、地点、主持人",
    order="-held",
    empty=Empty("还没有会审", "把几份待审核的绩效目标排成议程，约单位到场逐项会审，当场通过或退回，散会封存纪要。"),
)
