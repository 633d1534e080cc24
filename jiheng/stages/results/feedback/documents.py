"""The letter by which a result is given back, as Word and PDF."""

from jiheng.foundation.documents.report import Report, ReportTable
from jiheng.registers.cycles.queries import policy_for
from jiheng.rules.entry import Citation
from jiheng.rules.policy.outline import Outline, Section
from jiheng.stages.evaluation.services.evaluations import card_of
from jiheng.stages.results.models import Feedback

LETTER = Outline(
    key="feedback_letter",
    label="评价结果反馈书",
    cite=Citation(source="caiyu-2020-10", clause="评价结果应用"),
    title="评价结果反馈书",
    sections=(
        Section(key="result", title="一、评价结果"),
        Section(key="analysis", title="二、归纳分析"),
        Section(key="advice", title="三、改进建议"),
        Section(key="receipt", title="四、签收"),
    ),
)


def feedback_outline(feedback: Feedback) -> Outline:
    """Return the pack's own outline of the letter; ours where it has none."""
    return policy_for(feedback.cycle).documents.get("feedback_letter", LETTER)


def grade_words(feedback: Feedback) -> str:
    """Return the grade as the place calls it."""
    record = feedback.evaluation
    grades = policy_for(record.cycle).grades[card_of(record).grades]
    return grades.band(record.grade).label if record.grade else ""


def feedback_letter(feedback: Feedback) -> Report:
    """Return the letter: what the result is, its analysis, advice, and whether it was signed for."""
    record, year = feedback.evaluation, feedback.evaluation.subject_year
    received = f"{feedback.received_by} {feedback.received_on} 签收。{feedback.reply}" if feedback.received_on else "待被评价单位签收。"
    sections: dict[str, str | list[str | ReportTable]] = {
        "result": f"{year.name}{record.kind_words}得分 {record.total} 分，等级“{grade_words(feedback)}”。依据{feedback.clause}反馈。",
        "analysis": feedback.analysis,
        "advice": feedback.advice,
        "receipt": received,
    }
    return Report(
        subject=str(year.unit),
        facts=(("被评价单位", str(year.unit)), ("项目", year.name), ("结果确定日期", str(record.confirmed_on))),
        sections=sections,
        issuer=str(record.organiser) if record.organiser else f"{feedback.place}财政局",
        issued_on=feedback.given_on,
        draft=False,
    )
