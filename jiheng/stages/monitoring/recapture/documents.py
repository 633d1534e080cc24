"""The notice of a recapture, as Word and PDF."""

from jiheng.foundation.documents.report import Report, ReportTable
from jiheng.registers.cycles.queries import policy_for
from jiheng.rules.entry import Citation
from jiheng.rules.money import format_wan
from jiheng.rules.policy.outline import Outline, Section
from jiheng.stages.monitoring.models import Recapture

NOTICE = Outline(
    key="recapture_notice",
    label="收回资金通知书",
    cite=Citation(source="zhongfa-2018-34", clause="四（十）"),
    title="收回资金通知书",
    sections=(
        Section(key="facts", title="一、监控发现的情况"),
        Section(key="rule", title="二、依据和计算"),
        Section(key="decision", title="三、决定"),
        Section(key="next", title="四、下年度预算"),
    ),
)


def recapture_outline(recapture: Recapture) -> Outline:
    """Return the pack's own outline of the notice; ours where it has none."""
    return policy_for(recapture.cycle).documents.get("recapture_notice", NOTICE)


def recapture_notice(recapture: Recapture) -> Report:
    """Return the notice: what monitoring found, by which rule how much, what was decided, what the next year gets."""
    decided = recapture.state == "decided"
    year = recapture.subject_year
    found = [f"{claim['label']}：{'；'.join(claim['facts'])}。" for claim in recapture.claims]
    rule = [f"{claim['calculation']}（依据{claim['clause']}）。" for claim in recapture.claims]
    need = f"确需继续实施，在{year.budget_year + 1}年度部门预算中调剂 {format_wan(recapture.need_fen)} 万元：{recapture.need_reason}。"
    sections: dict[str, str | list[str | ReportTable]] = {
        "facts": "\n".join(found),
        "rule": "\n".join(rule),
        "decision": _decision(recapture) if decided else "（待局领导决定）",
        "next": need if recapture.need_fen else "没有需要在下年度调剂的资金。",
    }
    return Report(
        subject=year.name,
        facts=(
            ("单位", str(year.unit)),
            ("监控期", f"{year.budget_year} 年{recapture.report.checkpoint.label}"),
            ("预算数", f"{format_wan(recapture.budget_fen)} 万元"),
            ("已支出", f"{format_wan(recapture.paid_fen)} 万元"),
        ),
        sections=sections,
        issuer=f"{recapture.place}财政局" if decided else "",
        issued_on=recapture.decided_on if decided else None,
        draft=not decided,
    )


def _decision(recapture: Recapture) -> str:
    text = f"收回 {format_wan(recapture.amount_fen or 0)} 万元，已记入预算台账。理由：{recapture.reason}。"
    if recapture.exception_reason:
        text += f"\n少于应收回的 {format_wan(recapture.proposed_fen)} 万元，例外理由：{recapture.exception_reason}。"
    if recapture.late:
        text += f"\n期限为 {recapture.due}，逾期办理：{recapture.late_reason}。"
    return text
