"""事前评估核减: what appraisals took off what was asked for."""

from jiheng.channels.dashboards.metric import Figure, Metric, narrowed_url
from jiheng.channels.dashboards.scope import Scope
from jiheng.rules.money import format_wan


def figure(scope: Scope) -> Figure:
    """Asked less agreed, of concluded appraisals."""
    count, asked, agreed = scope.appraised
    if not count:
        return Figure(None, "wan", "没有作出结论的事前评估")
    note = f"{count} 项，申报 {format_wan(asked)}，同意 {format_wan(agreed)} 万元"
    return Figure(asked - agreed, "wan", note, narrowed_url(scope, "appraisal:list", state="concluded"))


METRIC = Metric(
    key="appraisal_cut",
    name="事前评估核减",
    order=50,
    definition="已作出结论的事前绩效评估，申报金额减同意金额，合计；不予支持的按全额核减计。",
    figure=figure,
    clause=lambda scope: scope.clause("appraisal_entry_condition"),
)
