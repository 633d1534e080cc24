"""The writes of accountability: opened, decided, received, put right by a report, closed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Organisation
from jiheng.foundation.accounts.person import Person, require
from jiheng.foundation.accounts.queries import bureau_of
from jiheng.foundation.audit.chain import content_hash
from jiheng.foundation.audit.services import act, record, subject_key
from jiheng.foundation.notices.services import notify
from jiheng.foundation.workflow.advance import advance, refuse
from jiheng.foundation.workflow.claim import claim
from jiheng.registers.budgets.services import Posting, post
from jiheng.registers.cycles.clauses import clause_in
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import policy_for, rule_in
from jiheng.registers.subjects.models import Standing, SubjectYear
from jiheng.registers.subjects.services import leave_standing
from jiheng.rules.accountability import after_months, labels_of, row_of, touches
from jiheng.rules.money import format_wan
from jiheng.stages.results.accountability.access import (
    RECEIVERS,
    WORKFLOW,
    may_close,
    may_decide_accountability,
    may_deliver,
    may_open,
    may_receive,
    may_report_accountability,
)
from jiheng.stages.results.accountability.facts import Rules, accountability_facts, limits_of, rules_of
from jiheng.stages.results.models import Accountability

BODIES = ("unit", "department")
NO_RULE = "本地制度没有规定绩效问责的情形和方式"


@dataclass(frozen=True)
class Charge:
    """Against whom, for which situation of the pack, on which facts; `source` is the key of the record it rests on."""

    body: Organisation
    situation: str
    facts: str
    year: SubjectYear | None = None
    source: str = ""
    source_text: str = ""
    measures: Sequence[str] = ()


def open_accountability(*, cycle: Cycle, charge: Charge, person: Person) -> Accountability:
    """Open a case for one situation of the place's rules; nothing is decided yet and the body does not see it.

    绩效管理股提出，写明情形和事实。Raises Refused where the place has no rule, for an unknown situation, without
    facts, for a body that is not budgeted, or when the same record was brought before for the same situation.
    """
    require(may_open(person))
    rules = _rules(cycle)
    clause = str(rules.situations.clause)
    if charge.body.place_id != person.place_id or charge.body.kind not in BODIES:
        raise refuse("只能对本地区的预算部门和单位问责", clause, "请选择被问责的部门或单位", "body")
    if charge.year is not None and charge.body.pk not in {charge.year.unit_id, charge.year.department_id}:
        raise refuse("该项目不是被问责单位的项目", clause, "请改正单位或项目", "project")
    earlier = Accountability.objects.filter(source=charge.source, situation=charge.situation).exclude(state="dismissed")
    if charge.source and earlier.exists():
        raise refuse("已就同一事项、同一情形提出过问责", clause, "请在问责列表中查看")
    row = row_of(rules.situations.value, charge.situation)
    with act(person):
        made = Accountability.objects.create(
            place_id=person.place_id,
            state=policy_for(cycle).workflows["accountability"].start,
            created_at=clock.now(),
            cycle=cycle,
            body=charge.body,
            subject_year=charge.year,
            situation=charge.situation[:40],
            situation_text=str(row["label"]) if row else charge.situation[:200],
            source=charge.source[:80],
            source_text=charge.source_text[:300],
            facts=charge.facts.strip(),
            clause=clause,
            asked_measures=_known(rules, charge.measures),
        )
        _move(made, "propose", person, "", None)
        _tell(made, bureau_of(made.place_id), "bureau_leader", "问责待决定")
    return made


def decide_accountability(
    *,
    case: Accountability,
    measures: Sequence[str],
    reason: str,
    person: Person,
    cut_fen: int | None = None,
    recapture_fen: int | None = None,
    version: int | None = None,
) -> None:
    """Decide one or several measures of the pack with a reason, and do to the money what they say; tell the body.

    责令改正，并选择问责方式，可以单独或合并使用。由局领导决定，提出的人不能决定。Less budget binds the next
    budget year of the subject; money taken back is posted to its ledger at once. Amounts are fen.
    """
    require(may_decide_accountability(person, case))
    rules = _rules(case.cycle)
    if not reason.strip():
        raise refuse("决定须写明理由", str(rules.measures.clause), "填写决定理由", "reason")
    facts = accountability_facts(case, person, measures=measures, cut_fen=cut_fen, recapture_fen=recapture_fen)
    with act(person):
        case.measures, case.cut_fen, case.recapture_fen = _known(rules, measures), cut_fen, recapture_fen
        case.reason, case.decided_on = reason.strip(), clock.today()
        case.measures_clause = str(rules.measures.clause)
        advance(
            case,
            workflow=policy_for(case.cycle).workflows["accountability"],
            action="decide",
            person=person,
            facts=facts,
            comment=reason.strip(),
            content_hash=_content(case),
            version=version,
        )
        if case.subject_year is not None:
            _carry_out(case, case.subject_year, rules, person)
        else:
            _bind_body(case, rules)
        case.save(
            update_fields=[
                "measures", "cut_fen", "recapture_fen", "reason", "decided_on", "measures_clause", "ledger_entry",
                "ceiling_fen", "ceiling_year",
            ]
        )  # fmt: skip
        text = f"问责决定：{'、'.join(labels_of(rules.measures.value, case.measures))}，请签收"
        for role in sorted(RECEIVERS):
            _tell(case, case.body, role, text)
        if case.body.parent is not None and case.body.kind == "unit":
            _tell(case, case.body.parent, "department_reviewer", f"已对{case.body}作出问责决定")
        _tell(case, bureau_of(case.place_id), "performance_office", "问责决定已作出，待被问责单位签收")


def _carry_out(case: Accountability, year: SubjectYear, rules: Rules, person: Person) -> None:
    """Bind the next budget and take back money, as the chosen measures say."""
    if touches(rules.measures.value, case.measures, "cut") and case.cut_fen:
        ceiling = (limits_of(case)["cut"] or 0) - case.cut_fen
        leave_standing(
            standing=Standing(
                subject_id=year.subject_id,
                for_budget_year=clock.today().year + 1,
                grade="",
                score=Decimal(0),
                action="none" if ceiling <= 0 else "cut",
                ceiling_fen=max(ceiling, 0),
                cause=subject_key(case),
                text=f"绩效问责：{case.situation_text}，减少安排 {format_wan(case.cut_fen)} 万元"[:300],
                clause=case.measures_clause,
            ),
            person=person,
        )
    if touches(rules.measures.value, case.measures, "recapture") and case.recapture_fen:
        note = f"绩效问责收回：{case.reason}"[:300]
        case.ledger_entry = post(
            posting=Posting(year, "recapture", -case.recapture_fen, clock.today(), note=note),
            person=person,
            cause=case,
            clause=case.measures_clause,
        )


def _bind_body(case: Accountability, rules: Rules) -> None:
    """Bind what all projects of the body get together in the next budget year, where the ledger has its money."""
    budget = limits_of(case)["cut"]
    if budget is None or not case.cut_fen or not touches(rules.measures.value, case.measures, "cut"):
        return
    case.ceiling_fen, case.ceiling_year = max(budget - case.cut_fen, 0), clock.today().year + 1
    told = {"body": case.body.name, "budget_year": case.ceiling_year, "fen": case.ceiling_fen}
    record("accountability.ceiling", case, told, case.measures_clause)


def dismiss_accountability(
    *, case: Accountability, reason: str, person: Person, version: int | None = None
) -> None:
    """End a case without measures, with the reason."""
    require(may_decide_accountability(person, case))
    with act(person):
        _move(case, "dismiss", person, reason, version)
        case.reason, case.decided_on = reason.strip(), clock.today()
        case.save(update_fields=["reason", "decided_on"])
        _tell(case, bureau_of(case.place_id), "performance_office", f"不予问责：{reason.strip()}")


def receive_accountability(*, case: Accountability, person: Person, version: int | None = None) -> None:
    """The body signs for the decision today; the time for its report runs from this day."""
    require(may_receive(person, case))
    with act(person):
        _received(case, clock.today(), "网上签收")
        _move(case, "receive", person, "", version)
        _tell(case, bureau_of(case.place_id), "performance_office", f"已签收问责决定，整改报告书时限 {case.due}")


def deliver_accountability(
    *, case: Accountability, day: date, how: str, person: Person, version: int | None = None
) -> None:
    """Note that the decision was handed over on a day between decision and today, and how."""
    require(may_deliver(person, case))
    clause = clause_in(case.cycle, WORKFLOW)
    if case.decided_on is None or not case.decided_on <= day <= clock.today():
        raise refuse(f"送达日期须在决定日期 {case.decided_on} 至今天之间", clause, "请改正日期", "day")
    with act(person):
        _received(case, day, how.strip())
        _move(case, "deliver", person, how, version)
        for role in sorted(RECEIVERS):
            _tell(case, case.body, role, f"问责决定已于 {day} 送达，请于 {case.due} 前报送整改报告书")


def _received(case: Accountability, day: date, how: str) -> None:
    """Write the day of receipt and, where the place sets a term, the last day for the report (calendar months)."""
    term = rule_in(case.cycle, "accountability_report_months")
    case.received_on, case.delivery = day, how[:300]
    if term is not None:
        case.due, case.due_clause = after_months(day, int(term.value)), str(term.clause)
    case.save(update_fields=["received_on", "delivery", "due", "due_clause"])


def save_accountability_report(
    *, case: Accountability, problems: str, outcome: str, person: Person, version: int | None = None
) -> None:
    """Keep what the body has written so far; nothing is sent. Overtaken when somebody wrote first."""
    require(may_report_accountability(person, case))
    with act(person):
        claim(case, version=version)
        _write(case, problems, outcome)
        record("accountability.save", case)


def report_accountability(
    *, case: Accountability, problems: str, outcome: str, person: Person, version: int | None = None
) -> None:
    """Send the report of rectification: what was found, what was done, with the signed report attached.

    整改报告书逾期也须报送，记为逾期。
    """
    require(may_report_accountability(person, case))
    with act(person):
        _write(case, problems, outcome)
        case.reported_on = clock.today()
        case.save(update_fields=["reported_on"])
        _move(case, "report", person, "", version)
        _tell(case, bureau_of(case.place_id), "performance_office", "整改报告书待审核")


def _write(case: Accountability, problems: str, outcome: str) -> None:
    case.problems, case.outcome = problems.strip(), outcome.strip()
    case.save(update_fields=["problems", "outcome"])


def close_accountability(
    *, case: Accountability, note: str, person: Person, version: int | None = None
) -> None:
    """Accept the report and close the case, with an opinion."""
    require(may_close(person, case))
    with act(person):
        case.acceptance_note, case.closed_on = note.strip(), clock.today()
        case.save(update_fields=["acceptance_note", "closed_on"])
        _move(case, "accept", person, note, version)
        for role in sorted(RECEIVERS):
            _tell(case, case.body, role, "问责已办结")


def return_accountability(
    *, case: Accountability, comment: str, person: Person, version: int | None = None
) -> None:
    """Send the report back with the reason; the deadline stays."""
    require(may_close(person, case))
    with act(person):
        _move(case, "return", person, comment, version)
        for role in sorted(RECEIVERS):
            _tell(case, case.body, role, f"整改报告书被退回：{comment}")


def _rules(cycle: Cycle) -> Rules:
    rules = rules_of(cycle)
    if rules is None:
        raise refuse(NO_RULE, clause_in(cycle, WORKFLOW), "请先在本地制度中写明")
    return rules


def _known(rules: Rules, keys: Sequence[str]) -> list[str]:
    """The keys as given, in the order of the pack; what the pack does not know comes last and is refused."""
    order = [str(row["key"]) for row in rules.measures.value]
    return sorted(dict.fromkeys(keys), key=lambda key: order.index(key) if key in order else len(order))


def _content(case: Accountability) -> str:
    return content_hash(
        {
            "body": case.body_id,
            "situation": case.situation,
            "facts": case.facts,
            "measures": case.measures,
            "cut": case.cut_fen,
            "recapture": case.recapture_fen,
            "reason": case.reason,
            "problems": case.problems,
            "outcome": case.outcome,
        }
    )


def _move(case: Accountability, action: str, person: Person, comment: str, version: int | None) -> None:
    advance(
        case,
        workflow=policy_for(case.cycle).workflows["accountability"],
        action=action,
        person=person,
        facts=accountability_facts(case, person),
        comment=comment,
        content_hash=_content(case),
        version=version,
    )


def _tell(case: Accountability, organisation: Organisation, role: str, text: str) -> None:
    notify(
        organisation=organisation,
        role=role,
        text=f"{case.body}：{text}",
        link=f"/results/accountability/{case.pk}/",
        about=case,
    )
