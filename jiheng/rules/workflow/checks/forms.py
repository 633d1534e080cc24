"""Conditions on what was filled in: forms, scorecards, evidence."""

from jiheng.rules.refusal import Refusal, clause_to_come
from jiheng.rules.workflow.registry import Answer, Facts, check

HALVES = {"project": "业务部分（项目经办填写）", "finance": "资金部分（财务经办填写）"}


@check("form_complete", reads=("findings",))
def form_complete(facts: Facts, _: object) -> Answer:
    """表格须填写完整，自动审核中的错误须全部改正；提醒不妨碍提交。

    事实：findings（审核发现的清单，每项有 blocking、message、clause、remedy、where）。
    """
    return [
        Refusal(finding.message, str(finding.clause), finding.remedy, finding.where)
        for finding in facts["findings"]
        if finding.blocking
    ]


@check("both_halves_filled", reads=("halves",))
def both_halves_filled(facts: Facts, _: object) -> Answer:
    """业务部分由项目经办填写，资金部分由财务经办填写，两部分都填齐才能签署。

    事实：halves（project 与 finance 两个键，值为尚未填写的栏目名称清单）。
    """
    return [
        clause_to_come(f"{label}还有未填栏目：{'、'.join(facts['halves'][half])}", "请补齐后再签署", half)
        for half, label in HALVES.items()
        if facts["halves"][half]
    ]


@check("scorecard_complete", reads=("scorecard_missing",), takes=str)
def scorecard_complete(facts: Facts, which: object) -> Answer:
    """评分表的每一项都须评分，才能转到下一步。

    事实：scorecard_missing（评分表名 → 尚未评分的指标名称清单；还没有建立的评分表不在其中）。
    """
    missing = facts["scorecard_missing"].get(which)
    if missing is None:
        return clause_to_come("还没有填写评分表", "请先逐项评分", "scorecard")
    if not missing:
        return None
    return clause_to_come(
        f"评分表还有{len(missing)}项没有评分：{'、'.join(missing)}", "请逐项评分后再办理", "scorecard"
    )


@check("evidence_present", reads=("evidence_missing",))
def evidence_present(facts: Facts, _: object) -> Answer:
    """每一项都须附佐证资料。

    事实：evidence_missing（没有佐证资料的项目名称清单）。
    """
    return [
        clause_to_come(f"“{name}”没有佐证资料", "请上传证明材料，或关联已有文件", f"evidence.{name}")
        for name in facts["evidence_missing"]
    ]


@check("report_complete", reads=("report_missing",))
def report_complete(facts: Facts, _: object) -> Answer:
    """报告须按规定的提纲逐部分写全。

    事实：report_missing（还没有写的部分的标题清单）。
    """
    return [
        clause_to_come(f"报告缺少“{title}”部分", "请按提纲补写", f"report.{title}")
        for title in facts["report_missing"]
    ]
