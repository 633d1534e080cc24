"""The notice of a decision of accountability, as Word and PDF."""

from jiheng.foundation.documents.report import Report, ReportTable
from jiheng.registers.cycles.queries import policy_for
from jiheng.rules.accountability import labels_of
from jiheng.rules.entry import Citation
from jiheng.rules.money import format_wan
from jiheng.rules.policy.outline import Outline, Section
from jiheng.stages.results.accountability.facts import rules_of
from jiheng.stages.results.models import Accountability

NOTICE = Outline(
    key="accountability_notice",
    label="绩效问责决定书",
    cite=Citation(source="caiyu-2020-10", clause="评价结果应用"),
    title="绩效问责决定书",
    sections=(
        Section(key="facts", title="一、事实"),
        Section(key="rule", title="二、情形和依据"),
        Section(key="decision", title="三、问责决定"),
        Section(key="demands", title="四、整改要求"),
    ),
)


def accountability_outline(case: Accountability) -> Outline:
    """Return the pack's own outline of the notice; ours where it has none."""
    return policy_for(case.cycle).documents.get("accountability_notice", NOTICE)


def accountability_notice(case: Accountability) -> Report:
    """Return the notice: facts, situation with its clause, measures with amounts, what is to be reported until when."""
    decided = bool(case.measures)
    sections: dict[str, str | list[str | ReportTable]] = {
        "facts": case.facts + (f"\n来源：{case.source_text}。" if case.source_text else ""),
        "rule": f"上述事实属于“{case.situation_text}”的情形。依据{case.clause}。",
        "decision": _decision(case) if decided else "（待局领导决定）",
        "demands": _demands(case) if decided else "（待局领导决定）",
    }
    facts = [("被问责单位", str(case.body)), ("工作年度", f"{case.cycle.budget_year} 年度")]
    if case.subject_year is not None:
        facts.append(("涉及项目", case.subject_year.name))
    if case.received_on is not None:
        facts.append(("送达", f"{case.received_on}（{case.delivery}）"))
    return Report(
        subject=str(case.body),
        facts=tuple(facts),
        sections=sections,
        issuer=f"{case.place}财政局" if decided else "",
        issued_on=case.decided_on if decided else None,
        draft=not decided,
    )


def measure_words(case: Accountability) -> list[str]:
    """Return the decided measures in words, each with its amount."""
    rules = rules_of(case.cycle)
    rows = rules.measures.value if rules is not None else []
    found = []
    for row in rows:
        if row["key"] in case.measures:
            amount = {"cut": case.cut_fen, "recapture": case.recapture_fen}.get(row.get("action"))
            found.append(f"{row['label']}" + (f"（{format_wan(amount)} 万元）" if amount else ""))
    return found


def asked_words(case: Accountability) -> list[str]:
    """Return the measures that were proposed, in words."""
    rules = rules_of(case.cycle)
    return labels_of(rules.measures.value, case.asked_measures) if rules is not None else []


def _decision(case: Accountability) -> str:
    listed = "\n".join(f"{at}．{words}。" for at, words in enumerate(measure_words(case), 1))
    if case.ceiling_fen is not None:
        listed += f"\n{case.ceiling_year}年度{case.body}各项目预算合计不超过{format_wan(case.ceiling_fen)}万元。"
    return f"责令改正，并给予以下处理：\n{listed}\n理由：{case.reason}\n依据{case.measures_clause}。"


def _demands(case: Accountability) -> str:
    text = "请认真查找问题，及时整改，将落实整改情况以整改报告书的形式报送财政部门。"
    if case.due is not None:
        return text + f"报送时限：{case.due}（自{case.received_on}收到本决定起算，{case.due_clause}）。"
    return text + "时限自收到本决定之日起算。"
