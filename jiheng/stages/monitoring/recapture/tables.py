"""The list of recaptures, with the words for how one stands."""

from django.db.models import QuerySet
from django.urls import reverse

from jiheng.foundation import clock
from jiheng.foundation.web.lists import Column, Empty, Facet, Table
from jiheng.registers.cycles.queries import policy_for
from jiheng.rules.workflow.steps import Tone
from jiheng.stages.monitoring.models import Recapture

OPEN = ("proposed", "returned")
STATES = (("proposed", "待决定"), ("returned", "退回重提"), ("decided", "已收回"), ("spared", "不予收回"))


def state_of(recapture: Recapture) -> tuple[str, Tone]:
    """Return how a recapture stands, in words and colour; what is or was done after its date says so."""
    state = policy_for(recapture.cycle).workflows["recapture"].states[recapture.state]
    return (f"{state.label}（逾期）", "red") if is_late(recapture) else (state.label, state.tone)


def is_late(recapture: Recapture) -> bool:
    """Whether it was decided after its date, or still waits after it."""
    if recapture.state in OPEN:
        return recapture.due is not None and recapture.due < clock.today()
    return recapture.late


def _late(rows: QuerySet[Recapture], value: str) -> QuerySet[Recapture]:
    late = rows.filter(late=True) | rows.filter(state__in=OPEN, due__lt=clock.today())
    return late if value == "1" else rows.exclude(pk__in=late.order_by().values("pk"))


RECAPTURES = Table(
    key="recaptures",
    title="收回资金",
    unit="项",
    columns=(
        Column("name", "项目", "subject_year.name", sort="subject_year__name", card=True,
               link=lambda r: reverse("monitoring:recapture", args=[r.pk])),
        Column("unit", "实施单位", "subject_year.unit.name", sort="subject_year__unit__name"),
        Column("department", "主管部门", "subject_year.department.name", sort="subject_year__department__name", shown=False),
        Column("ground", "情形", "ground_text", sort="ground"),
        Column("checkpoint", "监控期", "report.checkpoint.label", sort="report__checkpoint__as_of", shown=False),
        Column("budget", "预算", "budget_fen", kind="wan", sort="budget_fen", total="budget_fen", help="提出时的预算，取自台账"),
        Column("paid", "已支出", "paid_fen", kind="wan", sort="paid_fen", total="paid_fen", help="提出时的支出，取自台账"),
        Column("proposed", "应收回", "proposed_fen", kind="wan", sort="proposed_fen", total="proposed_fen", help="按规则算出"),
        Column("amount", "收回", "amount_fen", kind="wan", sort="amount_fen", total="amount_fen", card=True, help="已决定的金额"),
        Column("need", "下年度调剂", "need_fen", kind="wan", sort="need_fen", total="need_fen", shown=False),
        Column("due", "期限", lambda r: r.due if r.state in OPEN else None, kind="due", sort="due", card=True),
        Column("day", "决定日期", "decided_on", kind="day", sort="decided_on"),
        Column("reason", "决定理由", "reason", shown=False),
        Column("clause", "依据", "clause", shown=False),
        Column("state", "状态", lambda r: state_of(r)[0], kind="state", tone=lambda r: state_of(r)[1], sort="state", card=True),
    ),
    facets=(
        Facet("state", "状态", STATES),
        Facet("late", "期限", (("1", "逾期"), ("0", "未逾期")), apply=_late),
    ),
    search=("subject_year__name", "subject_year__subject__code", "subject_year__unit__name", "ground_text"),
    search_label="项目、代码、单位、情形",
    order="-day",
    empty=Empty("还没有收回资金", "业务股室或绩效管理股按应收回清单提出，局领导决定后记入台账。"),
    row_tone=lambda r: "red" if is_late(r) else "grey",
)  # fmt: skip
