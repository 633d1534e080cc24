"""The list of cases of accountability, with the words for how one stands."""

from django.db.models import QuerySet
from django.urls import reverse

from jiheng.foundation import clock
from jiheng.foundation.web.lists import Column, Empty, Facet, Table
from jiheng.registers.cycles.queries import policy_for
from jiheng.rules.workflow.steps import Tone
from jiheng.stages.results.accountability.clues import is_late
from jiheng.stages.results.accountability.documents import measure_words
from jiheng.stages.results.models import Accountability

STATES = (
    ("proposed", "待决定"), ("decided", "待签收"), ("received", "整改中"), ("reported", "已报整改报告"),
    ("closed", "已办结"), ("dismissed", "不予问责"),
)  # fmt: skip


def state_of(case: Accountability) -> tuple[str, Tone]:
    """Return how a case stands, in words and colour; overdue ones say so."""
    state = policy_for(case.cycle).workflows["accountability"].states[case.state]
    return (f"{state.label}（逾期）", "red") if case.state == "received" and is_late(case) else (state.label, state.tone)


def _late(rows: QuerySet[Accountability], value: str) -> QuerySet[Accountability]:
    late = rows.filter(state="received", due__lt=clock.today())
    return late if value == "1" else rows.exclude(pk__in=late.order_by().values("pk"))


CASES = Table(
    key="accountabilities",
    title="绩效问责",
    unit="件",
    columns=(
        Column("body", "被问责单位", "body.name", sort="body__name", card=True, link=lambda c: reverse("results:accountability", args=[c.pk])),
        Column("situation", "问责情形", "situation_text", sort="situation", card=True),
        Column("project", "涉及项目", lambda c: c.subject_year.name if c.subject_year else "", sort="subject_year__name"),
        Column("facts", "事实", "facts", shown=False),
        Column("measures", "问责方式", lambda c: "；".join(measure_words(c))),
        Column("cut", "减少安排", "cut_fen", kind="wan", sort="cut_fen", total="cut_fen"),
        Column("recapture", "收回", "recapture_fen", kind="wan", sort="recapture_fen", total="recapture_fen"),
        Column("reason", "决定理由", "reason", shown=False),
        Column("decided", "决定日期", "decided_on", kind="day", sort="decided_on"),
        Column("received", "收到日期", "received_on", kind="day", sort="received_on", shown=False),
        Column("due", "整改报告时限", lambda c: c.due if c.state == "received" else None, kind="due", sort="due", card=True),
        Column("reported", "报告日期", "reported_on", kind="day", sort="reported_on", shown=False),
        Column("closed", "办结日期", "closed_on", kind="day", sort="closed_on", shown=False),
        Column("clause", "依据", "clause", shown=False),
        Column("state", "状态", lambda c: state_of(c)[0], kind="state", tone=lambda c: state_of(c)[1], sort="state", card=True),
    ),
    facets=(
        Facet("state", "状态", STATES),
        Facet("late", "时限", (("1", "逾期未报整改报告"), ("0", "未逾期")), apply=_late),
    ),
    search=("body__name", "situation_text", "facts", "subject_year__name"),
    search_label="单位、情形、事实、项目",
    order="-decided",
    empty=Empty("还没有绩效问责", "出现制度规定的问责情形时，由绩效管理股提出，局领导决定，在这里跟到办结。"),
    row_tone=lambda c: "red" if c.state == "received" and is_late(c) else "grey",
)  # fmt: skip
