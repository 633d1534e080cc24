"""结果应用核减: what this year's results take off a later budget."""

from jiheng.channels.dashboards.metric import Figure, Metric, narrowed_url
from jiheng.channels.dashboards.scope import Scope
from jiheng.rules.money import format_wan


def figure(scope: Scope) -> Figure:
    """Decided cuts; what waits for a decision stands in the note."""
    (items, fen), (kept, _), (waiting, base) = (scope.decisions[key] for key in ("cut", "kept", "open"))
    if not items + kept + waiting + scope.unproposed:
        return Figure(None, "wan", "还没有确定的评价结果")
    note = f"核减 {items} 项，不核减 {kept} 项"
    if waiting:
        note += f"，待决定 {waiting} 项（基数 {format_wan(base)} 万元）"
    if scope.unproposed:
        note += f"，未提出意见 {scope.unproposed} 项"
    return Figure(fen, "wan", note, narrowed_url(scope, "results:decisions", sort="-cut"))


METRIC = Metric(
    key="result_cuts",
    name="结果应用核减",
    order=60,
    definition="对本预算年度项目的评价结果，已决定从以后年度预算核减的金额，合计。",
    figure=figure,
    clause=lambda scope: scope.clause("result_consequences"),
)
