"""Conditions on what an evaluation rests on and on its report: methods, standards, the demands on a report."""

from jiheng.rules.refusal import Refusal, clause_to_come
from jiheng.rules.workflow.registry import Answer, Facts, blank, check, prescribed


@check("methods_named", reads=("policy", "evaluation_methods", "evaluation_method_reason"))
def methods_named(facts: Facts, _: object) -> Answer:
    """评价须写明至少一种制度规定的方法；制度要求定量优先的，没有采用定量方法须说明理由。

    事实：policy、evaluation_methods（采用的方法，清单；没有方法可问的为 None）、evaluation_method_reason（没有采用
    定量方法的理由）。
    """
    rule = facts["policy"].get("evaluation_methods")
    named = facts["evaluation_methods"]
    if rule is None or named is None:
        return None
    if not named:
        return Refusal("没有写明评价方法", str(rule.clause), f"请从{'、'.join(rule.value)}中至少选择一种", "methods")
    if unknown := [one for one in named if one not in rule.value]:
        return Refusal(f"制度没有规定“{'、'.join(unknown)}”", str(rule.clause), "请改选制度规定的方法", "methods")
    counted = prescribed(facts, "evaluation_quantitative_methods")
    if counted is None or set(named) & set(counted.value) or not blank(facts["evaluation_method_reason"]):
        return None
    fact = "没有采用定量的评价方法，也没有说明理由"
    return Refusal(fact, str(counted.clause), f"请加选{'、'.join(counted.value)}之一，或说明理由", "reason")


@check("standards_named", reads=("policy", "evaluation_standards", "evaluation_standard_rows"))
def standards_named(facts: Facts, _: object) -> Answer:
    """评价须写明至少一种制度规定的评价标准；制度要求逐项写明的，每个绩效指标都须写明用哪一种。

    事实：policy、evaluation_standards（采用的标准，清单；没有标准可问的为 None）、evaluation_standard_rows（各绩效指标的名称
    和所用的标准，没有写的为空；没有指标可问的为 None）。
    """
    rule = facts["policy"].get("evaluation_standards")
    named = facts["evaluation_standards"]
    if rule is None or named is None:
        return None
    if not named:
        return Refusal("没有写明评价标准", str(rule.clause), f"请从{'、'.join(rule.value)}中至少选择一种", "standards")
    if unknown := [one for one in named if one not in rule.value]:
        return Refusal(f"制度没有规定“{'、'.join(unknown)}”", str(rule.clause), "请改选制度规定的标准", "standards")
    each = prescribed(facts, "evaluation_standard_each")
    if each is None or not each.value:
        return None
    return [
        Refusal(f"指标“{name}”没有写明用哪一种评价标准", str(each.clause), f"请从{'、'.join(named)}中选择", "standards")
        for name, standard in facts["evaluation_standard_rows"] or ()
        if standard not in named
    ]


@check("report_qualities_met", reads=("policy", "report_qualities"))
def report_qualities_met(facts: Facts, _: object) -> Answer:
    """评价报告须逐项符合制度对报告的要求，才能确认。

    事实：policy、report_qualities（审核认为符合的要求，清单；没有要求可问的为 None）。
    """
    rule = prescribed(facts, "report_qualities")
    met = facts["report_qualities"]
    if rule is None or met is None:
        return None
    return [
        Refusal(f"报告没有审核为“{one}”", str(rule.clause), "符合的请勾选；不符合的退回修改", f"qualities.{one}")
        for one in rule.value
        if one not in met
    ]


@check("self_report_written", reads=("policy", "report_missing"))
def self_report_written(facts: Facts, _: object) -> Answer:
    """制度规定自评须写报告的（参数 self_evaluation_report），须按提纲逐部分写全才能提交。

    事实：policy、report_missing（还没有写的部分的标题清单）。
    """
    rule = prescribed(facts, "self_evaluation_report")
    if rule is None:
        return None
    return [
        Refusal(f"自评报告缺少“{title}”部分", str(rule.clause), "请在“撰写自评报告”中按提纲补写", f"report.{title}")
        for title in facts["report_missing"]
    ]


@check("scheme_argued", reads=("scheme_argument",))
def scheme_argued(facts: Facts, _: object) -> Answer:
    """评价工作方案须先经论证、记下论证意见，才能批准。

    事实：scheme_argument（论证意见；没有方案可问的为 None）。
    """
    told = facts["scheme_argument"]
    if told is None or not blank(told):
        return None
    return clause_to_come("工作方案还没有论证意见", "请先记录参加论证的人员和意见", "argument")


@check("fieldwork_done", reads=("policy", "fieldwork"))
def fieldwork_done(facts: Facts, _: object) -> Answer:
    """制度规定评价须经过的工作步骤（方案、调取材料、现场考察、问卷、专家评价）没有办的，不能提交报告。

    事实：policy、fieldwork（已办的步骤的键，清单；没有步骤可问的为 None）。
    """
    rule = prescribed(facts, "evaluation_fieldwork")
    done = facts["fieldwork"]
    if rule is None or done is None:
        return None
    return [
        Refusal(f"评价还没有“{one['label']}”的记录", str(rule.clause), "请在评价过程中办理并登记", f"fieldwork.{one['key']}")
        for one in rule.value
        if one["key"] not in done
    ]
