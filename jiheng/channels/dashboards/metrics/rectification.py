"""整改: how many findings are put right."""

from jiheng.channels.dashboards.metric import Figure, Metric, narrowed_url
from jiheng.channels.dashboards.scope import Scope
from jiheng.rules.workflow.steps import Tone


def figure(scope: Scope) -> Figure:
    """Closed over ordered; overdue ones in the note."""
    issued, closed, late = scope.rectification
    if not issued:
        return Figure(None, "percent", "没有下达整改")
    note = f"下达 {issued} 个问题，销号 {closed}，逾期 {late}"
    tone: Tone = "red" if late else "green" if closed == issued else "amber"
    facets = {"late": "1"} if late else {}
    return Figure(closed / issued, "percent", note, narrowed_url(scope, "results:rectifications", **facets), tone)


METRIC = Metric(
    key="rectification",
    name="整改销号率",
    order=70,
    definition="已验收销号的问题数 ÷ 已下达整改的问题数。逾期指过了整改时限还没有销号。",
    figure=figure,
    clause=lambda scope: scope.clause("rectification_days"),
)
