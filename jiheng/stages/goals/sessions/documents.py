"""The minutes of a session, as Word and PDF."""

from jiheng.foundation.documents.report import Report, ReportTable
from jiheng.registers.cycles.queries import policy_for
from jiheng.rules.entry import Citation
from jiheng.rules.money import format_wan
from jiheng.rules.policy.outline import Outline, Section
from jiheng.stages.goals.models import ReviewSession, SessionItem, SessionMinute
from jiheng.stages.goals.sessions.queries import counts_of, slots_of

MINUTES = Outline(
    key="session_minutes",
    label="绩效目标会审纪要",
    cite=Citation(source="caiyu-2015-88", clause="第二十六条"),
    title="绩效目标会审纪要",
    sections=(
        Section(key="parties", title="一、到会单位和人员", required=False),
        Section(key="decisions", title="二、逐项结论"),
        Section(key="changes", title="三、当场修改", required=False),
        Section(key="said", title="四、发言记录", required=False),
        Section(key="corrections", title="五、更正", required=False),
    ),
)


def minutes_outline(session: ReviewSession) -> Outline:
    """Return the pack's own outline of the minutes; ours where it has none."""
    return policy_for(session.cycle).documents.get("session_minutes", MINUTES)


def session_minutes(session: ReviewSession) -> Report:
    """Return the minutes: who was there, what was decided about each goal and why, what was changed, what was said."""
    slots, counts = slots_of(session), counts_of(session)
    told = {slot.item.pk: slot.item.goal.subject_year.name for slot in slots}
    rows = tuple(
        (
            str(slot.number) if slot.number is not None else "—",
            f"{slot.item.goal.subject_year.name}\n{slot.item.goal.subject_year.unit}",
            format_wan(slot.item.money_fen if slot.item.decided_at else slot.item.goal.fiscal_fen + slot.item.goal.other_fen),
            slot.item.get_outcome_display() if slot.item.outcome else "未审",
            slot.item.reason or "—",
        )
        for slot in slots
    )
    parties = tuple(
        (one.get_kind_display(), one.body, one.names or "—", one.duty or "—") for one in session.parties.filter(removed_at=None)
    )
    changes = tuple(
        (told[slot.item.pk], one["what"], one["before"] or "—", one["after"] or "—") for slot in slots for one in slot.item.changes
    )
    outcomes = [(key, label) for key, label in SessionItem.OUTCOMES if key != "dropped" and counts[key]]
    summary = "，".join(f"{label} {counts[key]} 项" for key, label in outcomes)
    sections: dict[str, str | list[str | ReportTable]] = {
        "decisions": [
            f"共审 {counts['all']} 项{'：' + summary if summary else ''}。",
            ReportTable("", ("序号", "项目和单位", "资金（万元）", "结论", "意见"), rows, (1, 4, 2, 2, 5), frozenset({2})),
        ],
    }
    if parties:
        sections["parties"] = [ReportTable("", ("类别", "单位或机构", "人员", "职责"), parties, (2, 4, 4, 2))]
    if changes:
        sections["changes"] = [ReportTable("", ("项目", "内容", "修改前", "修改后"), changes, (3, 2, 3, 3))]
    for key, kind in (("said", "said"), ("corrections", "correction")):
        lines = [_line(one, told) for one in session.minutes.filter(kind=kind)]
        if lines:
            sections[key] = "\n".join(lines)
    sealed = session.sealed_at is not None
    return Report(
        subject=session.title,
        facts=(
            ("年度", f"{session.cycle.budget_year} 年度"),
            ("时间", f"{session.held_on}{f' {session.begins_at:%H:%M}' if session.begins_at else ''}"),
            ("地点", session.venue or "—"),
            ("主持人", session.chair_name),
            ("召集人", session.convened_by),
            ("封存", f"{session.sealed_by}，摘要 {session.sealed_hash[:16]}" if sealed else "尚未封存"),
        ),
        sections=sections,
        issuer=f"{session.place}财政局" if sealed else "",
        issued_on=session.held_on if sealed else None,
        draft=not sealed,
    )


def _line(one: SessionMinute, told: dict[int, str]) -> str:
    about = f"（{told[one.item_id]}）" if one.item_id in told else ""
    who = f"{one.speaker}：" if one.speaker else ""
    return f"{who}{one.text}{about}"
