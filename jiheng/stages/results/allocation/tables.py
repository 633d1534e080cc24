"""The list of schemes, and one scheme as a table of bodies and factors."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse

from jiheng.foundation.web.export import Sheet
from jiheng.foundation.web.lists import Column, Empty, Facet, Table
from jiheng.registers.cycles.queries import policy_for
from jiheng.rules.allocation import WHOLE, result_weight
from jiheng.rules.workflow.steps import Tone
from jiheng.stages.results.allocation.facts import factors_of
from jiheng.stages.results.models import Allocation, AllocationLine

STATES = (("draft", "编制中"), ("proposed", "待决定"), ("decided", "已决定"))
WAYS = {"average": "没有评价结果的，按其他单位的平均计算", "zero": "没有评价结果的，按零计算"}


def state_of(allocation: Allocation) -> tuple[str, Tone]:
    """Return how a scheme stands, in words and colour."""
    state = policy_for(allocation.cycle).workflows["allocation"].states[allocation.state]
    return state.label, state.tone


def weight_of(allocation: Allocation) -> str:
    """Return the weight of results in words."""
    return f"{result_weight(factors_of(allocation)).normalize():f}%"


ALLOCATIONS = Table(
    key="allocations",
    title="资金分配",
    unit="项",
    columns=(
        Column("name", "资金名称", "name", sort="name", card=True, link=lambda a: reverse("results:allocation", args=[a.pk])),
        Column("total", "分配总额", "total_fen", kind="wan", sort="total_fen", total="total_fen", card=True),
        Column("weight", "评价结果权重", weight_of),
        Column("exception", "例外理由", "exception_reason", shown=False),
        Column("results_year", "评价结果年度", "results_year", sort="results_year"),
        Column("decided", "决定日期", "decided_on", kind="day", sort="decided_on"),
        Column("clause", "依据", "clause", shown=False),
        Column("state", "状态", lambda a: state_of(a)[0], kind="state", tone=lambda a: state_of(a)[1], sort="state", card=True),
    ),
    facets=(Facet("state", "状态", STATES),),
    search=("name", "note"),
    search_label="资金名称、说明",
    order="-decided",
    empty=Empty("还没有资金分配方案", "把一笔资金分给几个单位时，在这里写明因素和权重；评价结果的权重不得低于制度规定，系统算到分。"),
)  # fmt: skip


def sheet_of(allocation: Allocation) -> Sheet:
    """Return the head of the workbook of one scheme."""
    factors = factors_of(allocation)
    columns = [("单位代码", "text"), ("单位", "text")]
    for one in factors:
        columns += [(f"{one.label}（{one.weight.normalize():f}%）", "text"), (f"按{one.label}分得", "wan")]
    columns += [("合计分得", "wan"), ("评价结果来源", "text")]
    return Sheet(
        title=f"资金分配-{allocation.name}",
        columns=columns,
        totals=[kind == "wan" for _, kind in columns],
        notes=[
            ("内容", f"{allocation.cycle.budget_year} 年度 {allocation.name}"),
            ("评价结果", f"{allocation.results_year} 年度；{WAYS.get(allocation.without_result, '尚未计算')}"),
            ("权重依据", allocation.clause),
            ("例外理由", allocation.exception_reason or "无"),
            ("状态", state_of(allocation)[0]),
        ],
    )


def cells_of(allocation: Allocation, lines: Iterable[AllocationLine]) -> list[list[Any]]:
    """Return the rows of the workbook and of the page, in the order of `sheet_of`."""
    factors = factors_of(allocation)
    found = []
    for line in lines:
        told = iter(line.values)
        row: list[Any] = [line.body.code, line.body.name]
        for at, one in enumerate(factors):
            value = line.result if one.result else next(told, None)
            row += ["没有结果" if value is None and one.result else "" if value is None else str(value)]
            row += [line.parts[at] if at < len(line.parts) else None]
        found.append([*row, line.amount_fen, line.result_note])
    return found


def missing_of(allocation: Allocation) -> str:
    """Return what the weights lack to make the whole, in words; "" when they do."""
    weights = sum(one.weight for one in factors_of(allocation))
    return "" if weights == WHOLE else f"各因素权重合计为{weights.normalize() if weights else 0:f}%，须为100%。"
