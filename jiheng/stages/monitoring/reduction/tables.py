"""The list of applications, with the words for how one stands."""

from django.urls import reverse

from jiheng.foundation.web.lists import Column, Empty, Facet, Table
from jiheng.registers.cycles.queries import policy_for
from jiheng.registers.subjects.facets import department_facet
from jiheng.rules.workflow.steps import Tone
from jiheng.stages.monitoring.models import Reduction
from jiheng.stages.monitoring.reduction.asked import WORKFLOW

STATES = (
    ("draft", "待提出"), ("applied", "财政部门审核"), ("checked", "待决定"),
    ("decided", "已调减"), ("declined", "不予调减"), ("withdrawn", "已撤回"),
)  # fmt: skip


def state_of(reduction: Reduction) -> tuple[str, Tone]:
    """Return how an application stands, in words and colour."""
    state = policy_for(reduction.cycle).workflows[WORKFLOW].states[reduction.state]
    return state.label, state.tone


REDUCTIONS = Table(
    key="reductions",
    title="申请调减预算",
    unit="项",
    columns=(
        Column("name", "项目", "subject_year.name", sort="subject_year__name", card=True,
               link=lambda r: reverse("monitoring:reduction", args=[r.pk])),
        Column("unit", "实施单位", "subject_year.unit.name", sort="subject_year__unit__name"),
        Column("department", "主管部门", "subject_year.department.name", sort="subject_year__department__name", shown=False),
        Column("checkpoint", "监控期", "report.checkpoint.label", sort="report__checkpoint__as_of"),
        Column("budget", "预算", "budget_fen", kind="wan", sort="budget_fen", total="budget_fen", help="申请时的预算，取自台账", shown=False),
        Column("paid", "已支出", "paid_fen", kind="wan", sort="paid_fen", total="paid_fen", help="申请时的支出，取自台账", shown=False),
        Column("amount", "申请调减", "amount_fen", kind="wan", sort="amount_fen", total="amount_fen", card=True),
        Column("reason", "申请理由", "reason"),
        Column("applied", "申请日期", "applied_on", kind="day", sort="applied_on"),
        Column("decided", "决定日期", "decided_on", kind="day", sort="decided_on"),
        Column("clause", "依据", "clause", shown=False),
        Column("state", "状态", lambda r: state_of(r)[0], kind="state", tone=lambda r: state_of(r)[1], sort="state", card=True),
    ),
    facets=(Facet("state", "状态", STATES), department_facet("subject_year__")),
    search=("subject_year__name", "subject_year__subject__code", "subject_year__unit__name"),
    search_label="项目、代码、单位",
    order="-applied",
    empty=Empty("还没有申请调减预算", "监控发现偏离目标或慢于进度的，单位或主管部门在监控表上申请；业务股室审核，局领导决定后记入台账。"),
)  # fmt: skip
