"""Conditions of self-evaluation, evaluation and re-check."""

from jiheng.rules.refusal import Refusal, clause_to_come
from jiheng.rules.workflow.registry import Answer, Facts, blank, check


@check("reasons_given", reads=("reasons_missing",))
def reasons_given(facts: Facts, _: object) -> Answer:
    """预算执行率偏低、指标未完成或大幅超额完成的，须说明原因和改进措施。

    事实：reasons_missing（须说明而未说明的清单，每项是含 label、why、clause 的表）。
    """
    return [
        Refusal(
            f"“{item['label']}”{item['why']}，没有说明原因",
            str(item["clause"]),
            "请填写原因和改进措施",
            f"reasons.{item['label']}",
        )
        for item in facts["reasons_missing"]
    ]


@check("evaluator_independent", reads=("evaluator_organisation", "evaluated_organisation"))
def evaluator_independent(facts: Facts, _: object) -> Answer:
    """评价主体与评价对象须分离，单位不能评价自己。

    事实：evaluator_organisation（评价机构的编号，没有为 None）、evaluated_organisation（被评价单位的编号）。
    """
    if facts["evaluator_organisation"] != facts["evaluated_organisation"]:
        return None
    return clause_to_come("评价机构就是被评价单位", "请另行委托与被评价单位没有利害关系的机构", "evaluator")


@check("findings_listed", reads=("policy", "grade", "finding_count"))
def findings_listed(facts: Facts, _: object) -> Answer:
    """评价等级低的，报告须逐条列出发现的问题，以便整改。

    事实：policy、grade（评价等级的键，没有为 None）、finding_count（问题条数）。
    """
    rule = facts["policy"].get("findings_required_grades")
    if rule is None or facts["grade"] not in rule.value or facts["finding_count"] > 0:
        return None
    return Refusal(
        "这一等级的评价须列出发现的问题，现在一条也没有",
        str(rule.clause),
        "请逐条填写问题、依据和建议",
        "findings",
    )


@check("unit_heard", reads=("unit_response", "response_overdue"))
def unit_heard(facts: Facts, _: object) -> Answer:
    """评价结论须先征求被评价单位意见；单位已答复，或期满没有答复，才能确认。

    事实：unit_response（单位的书面意见）、response_overdue（答复期限是否已过）。
    """
    if facts["response_overdue"] or not blank(facts["unit_response"]):
        return None
    return clause_to_come("被评价单位还没有答复", "请等待单位答复，或期满后再确认", "unit_response")


@check("recheck_complete", reads=("policy", "recheck_missing", "recheck_difference", "recheck_opinion"))
def recheck_complete(facts: Facts, _: object) -> Answer:
    """复核须逐项给分；与自评得分相差较大的，须写明复核意见。

    事实：policy、recheck_missing（没有复核的指标名称清单）、recheck_difference（自评得分减复核得分）、
    recheck_opinion（复核意见）。
    """
    found = [
        clause_to_come(f"指标“{name}”没有复核", "请逐项给出复核得分", f"recheck.{name}")
        for name in facts["recheck_missing"]
    ]
    line = facts["policy"].get("recheck_difference_line")
    if line and abs(facts["recheck_difference"]) > line.value and blank(facts["recheck_opinion"]):
        found.append(
            Refusal(
                f"自评与复核相差{abs(facts['recheck_difference'])}分，超过{line.value}分",
                str(line.clause),
                "请写明复核意见",
                "recheck_opinion",
            )
        )
    return found
