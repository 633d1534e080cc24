"""Conditions of decisions on results and of rectification."""

from decimal import Decimal

from jiheng.rules.refusal import Refusal, clause_to_come
from jiheng.rules.workflow.registry import Answer, Facts, blank, check


@check(
    "decision_within_bounds",
    reads=("policy", "evaluation_kind", "grade", "decision_action", "decision_ratio", "exception_reason"),
)
def decision_within_bounds(facts: Facts, _: object) -> Answer:
    """结果应用的决定须在制度规定的幅度之内；制度写明“原则上”的，例外须写明理由。

    事实：policy、evaluation_kind（评价类别）、grade（等级的键）、decision_action（决定的处理方式）、
    decision_ratio（核减比例，百分数，0 至 100）、exception_reason（例外理由，没有为空）。
    """
    rule = facts["policy"].value("result_consequences")
    row = rule.value.get(facts["evaluation_kind"], {}).get(facts["grade"])
    if row is None:
        return Refusal(
            "制度没有规定这类评价等级的处理方式", str(rule.clause), "请核对评价类别和等级", "decision"
        )
    found = []
    if facts["decision_action"] != row["action"]:
        found.append(
            Refusal(
                "决定的处理方式与制度规定不符", str(rule.clause), f"应为：{row['label']}", "decision_action"
            )
        )
    low, high = Decimal(row["min_ratio"]), Decimal(row["max_ratio"])
    if not low <= facts["decision_ratio"] <= high:
        span = f"{low}%" if low == high else f"{low}%至{high}%"
        found.append(
            Refusal(
                f"核减比例{facts['decision_ratio']}%不在规定的{span}之内",
                str(rule.clause),
                "请调整比例" + ("，或写明例外理由" if row["in_principle"] else ""),
                "decision_ratio",
            )
        )
    if found and row["in_principle"] and not blank(facts["exception_reason"]):
        return None
    return found


@check("rectification_answered", reads=("rectification_missing",))
def rectification_answered(facts: Facts, _: object) -> Answer:
    """问题须逐条整改，每条都有整改情况。

    事实：rectification_missing（还没有填写整改情况的问题清单）。
    """
    return [
        clause_to_come(f"问题“{name}”没有填写整改情况", "请写明措施、完成时间和结果", f"rectification.{name}")
        for name in facts["rectification_missing"]
    ]


@check("acceptance_by_other", reads=("responsible_organisation", "acting_organisation"))
def acceptance_by_other(facts: Facts, _: object) -> Answer:
    """整改由他人验收，责任单位不能验收自己的整改。

    事实：responsible_organisation（责任单位的编号）、acting_organisation（办理人所在单位的编号）。
    """
    if facts["responsible_organisation"] != facts["acting_organisation"]:
        return None
    return clause_to_come("责任单位不能验收自己的整改", "请由提出问题的单位验收", "acceptance")
