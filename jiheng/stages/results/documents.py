"""The notice of a decision on the next budget, as Word and PDF, every step of its calculation printed."""

from jiheng.foundation.documents.report import Report, ReportTable
from jiheng.registers.cycles.queries import policy_for
from jiheng.rules.entry import Citation
from jiheng.rules.money import format_wan
from jiheng.rules.policy.outline import Outline, Section
from jiheng.rules.scoring.method import plain
from jiheng.stages.results.models import Decision
from jiheng.stages.results.queries import grade_label

NOTICE = Outline(
    key="decision_notice",
    label="绩效评价结果应用处理意见书",
    cite=Citation(source="caiyu-2020-10", clause="评价结果应用"),
    title="绩效评价结果应用处理意见书",
    sections=(
        Section(key="result", title="一、评价结果"),
        Section(key="rule", title="二、处理依据"),
        Section(key="calculation", title="三、计算过程"),
        Section(key="decision", title="四、处理决定"),
        Section(key="findings", title="五、评价发现的问题", required=False),
        Section(key="effect", title="六、对下年度预算的影响"),
    ),
)


def notice_outline(decision: Decision) -> Outline:
    """Return the pack's own outline of the notice; ours where it has none."""
    return policy_for(decision.evaluation.cycle).documents.get("decision_notice", NOTICE)


def notice_of(decision: Decision) -> Report:
    """Return the notice: result, rule, calculation step by step, decision, what it leaves to the next budget."""
    evaluation, year = decision.evaluation, decision.evaluation.subject_year
    decided = decision.state == "decided"
    findings = tuple(
        (str(one.number), one.get_category_display(), one.text, one.advice) for one in evaluation.findings.all()
    )
    sections: dict[str, str | list[str | ReportTable]] = {
        "result": (
            f"{evaluation.evaluated_year}年度“{year.name}”{evaluation.kind_words}得分"
            f"{plain(evaluation.total)}分，等级为“{grade_label(evaluation)}”。"
            if evaluation.total is not None
            else ""
        ),
        "rule": f"依据{decision.clause}。" + ("该规定写明“原则上”，例外须写明理由。" if decision.in_principle else ""),
        "calculation": "\n".join(f"{at}．{step}。" for at, step in enumerate(decision.calculation, 1)),
        "decision": _decision_text(decision) if decided else "（待局领导决定）",
        "effect": _effect(decision) if decided else "（待局领导决定）",
    }
    if findings:
        sections["findings"] = [ReportTable("", ("序号", "类别", "问题", "建议"), findings, (8, 14, 44, 34))]
    return Report(
        subject=year.name,
        facts=(
            ("被评价单位", str(year.unit)),
            ("主管部门", str(year.department)),
            ("评价类型", evaluation.kind_words),
            ("被评价年度", f"{evaluation.evaluated_year} 年"),
            ("适用预算年度", f"{decision.for_budget_year} 年"),
            ("计算基数", f"{format_wan(decision.base_fen)} 万元"),
        ),
        sections=sections,
        issuer=f"{decision.place}财政局" if decided else "",
        issued_on=decision.decided_on,
        draft=not decided,
    )


def _decision_text(decision: Decision) -> str:
    text = f"决定：{decision.get_action_display()}。"
    if decision.ratio is not None and decision.amount_fen:
        text += f"核减比例{plain(decision.ratio)}%，核减金额{format_wan(decision.amount_fen)}万元。"
    text += f"\n理由：{decision.reason}"
    if decision.exception_reason:
        text += f"\n例外理由：{decision.exception_reason}"
    return text


def _effect(decision: Decision) -> str:
    if not decision.amount_fen:
        return f"{decision.for_budget_year}年度预算不因本次评价结果核减。"
    ceiling = decision.base_fen - decision.amount_fen
    text = f"{decision.for_budget_year}年度安排该项目预算不超过{format_wan(ceiling)}万元。"
    if decision.budget_entry is not None:
        entry = decision.budget_entry
        text += f"已于{entry.day}在{entry.budget_year}年度预算台账核减{format_wan(-entry.amount_fen)}万元。"
    return text
