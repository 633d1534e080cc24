"""Conditions of monitoring: readings, deviations, measures."""

from jiheng.rules.refusal import Refusal, clause_to_come
from jiheng.rules.workflow.registry import Answer, Facts, blank, check


@check("readings_complete", reads=("readings_missing",))
def readings_complete(facts: Facts, _: object) -> Answer:
    """监控时点的每个绩效指标都须填写完成情况。

    事实：readings_missing（没有填写的指标名称清单）。
    """
    return [
        clause_to_come(f"指标“{name}”没有填写完成情况", "请填写截至监控时点的完成值", f"readings.{name}")
        for name in facts["readings_missing"]
    ]


@check("deviation_explained", reads=("deviations",))
def deviation_explained(facts: Facts, _: object) -> Answer:
    """出现偏差的，须说明偏离原因。

    事实：deviations（偏差清单，每项是含 label、reason、measure、clause 的表）。
    """
    return [
        Refusal(
            f"“{item['label']}”有偏差，没有说明原因",
            str(item["clause"]),
            "请填写偏离原因",
            f"deviations.{item['label']}",
        )
        for item in facts["deviations"]
        if blank(item["reason"])
    ]


@check("measures_recorded", reads=("deviations",))
def measures_recorded(facts: Facts, _: object) -> Answer:
    """出现偏差的，须写明纠偏措施，才能办结本次监控。

    事实：deviations（偏差清单，每项是含 label、reason、measure、clause 的表）。
    """
    return [
        Refusal(
            f"“{item['label']}”有偏差，没有纠偏措施",
            str(item["clause"]),
            "请填写纠偏措施和完成时间",
            f"deviations.{item['label']}",
        )
        for item in facts["deviations"]
        if blank(item["measure"])
    ]
