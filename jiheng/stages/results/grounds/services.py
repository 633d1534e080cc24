"""The writes: a policy or project is marked with its facts, then cut, merged, cancelled or let go, once."""

from dataclasses import dataclass
from decimal import Decimal

from jiheng.foundation import clock
from jiheng.foundation.accounts.person import Person, require
from jiheng.foundation.accounts.queries import bureau_of
from jiheng.foundation.audit.services import act, record, subject_key
from jiheng.foundation.notices.services import notify
from jiheng.foundation.workflow.advance import Refused, refuse
from jiheng.registers.budgets.queries import balance
from jiheng.registers.budgets.services import Posting, post
from jiheng.registers.cycles.clauses import clause_in
from jiheng.registers.cycles.queries import rule_in
from jiheng.registers.subjects.models import Standing, SubjectYear
from jiheng.registers.subjects.services import leave_standing
from jiheng.rules.refusal import Refusal
from jiheng.rules.result_grounds import Outcome, against, decided, grounds_of
from jiheng.stages.results.grounds.access import RULE, may_decide_ground, may_mark
from jiheng.stages.results.grounds.queries import allowed_of, result_behind
from jiheng.stages.results.models import GroundCase

ADJUST = "adjust"
LONGEST = 1000


@dataclass(frozen=True)
class GroundData:
    """What is marked: the key of the ground in the pack, the facts, and what it repeats where it repeats something."""

    ground: str
    facts: str
    other: SubjectYear | None = None


@dataclass(frozen=True)
class GroundDecision:
    """What is decided: one of `ACTIONS`, the cut in per cent, what it is merged into, and why."""

    action: str
    reason: str
    ratio: Decimal | None = None
    into: SubjectYear | None = None


def mark_ground(*, year: SubjectYear, told: GroundData, person: Person) -> GroundCase:
    """Mark a policy or project of a year on a ground of the rules, with its facts; each ground once.

    Raises Refused with everything that is wrong.
    """
    require(may_mark(person, year))
    rule = rule_in(year.cycle, RULE)
    clause = str(rule.clause) if rule is not None else clause_in(year.cycle, RULE)
    row = grounds_of(rule.value if rule is not None and rule.value else ()).get(told.ground)
    problems = []
    if year.place_id != person.place_id:
        problems.append(Refusal("不属于本地区的项目", clause_in(year.cycle, "duty_place")))
    if row is None:
        problems.append(Refusal("制度没有这种情形", clause, "从制度列出的情形中选择", "ground"))
    if not told.facts.strip() or len(told.facts.strip()) > LONGEST:
        problems.append(Refusal(f"须写明事实，不超过 {LONGEST} 字", clause, "写明与哪个重复、何时到期或完成", "facts"))
    wants_result = row is not None and bool(row.get("results"))
    behind = result_behind(year, told.ground) if wants_result else None
    if wants_result and behind is None:
        words = "没有确定的评价结果属于这种情形"
        problems.append(Refusal(words, clause, "评价结果确定、等级和对象符合制度的才提出", "ground"))
    if told.other is not None and told.other.place_id != year.place_id:
        problems.append(Refusal("重复的对象不属于本地区", clause_in(year.cycle, "duty_place"), where="other"))
    if told.other is not None and told.other.subject_id == year.subject_id:
        problems.append(Refusal("不能与自己重复", clause, "选择另一个政策或项目", "other"))
    if GroundCase.objects.filter(subject_year=year, ground=told.ground).exists():
        problems.append(Refusal("已按这种情形提出过", clause, "打开已有的记录", "ground"))
    if problems or row is None:
        raise Refused(problems)
    with act(person):
        made = GroundCase.objects.create(
            place_id=year.place_id,
            cycle=year.cycle,
            subject_year=year,
            for_budget_year=(behind.work_year if behind is not None else year.budget_year) + 1,
            ground=told.ground,
            ground_text=str(row["label"])[:200],
            other=told.other,
            evaluation=behind,
            facts=told.facts.strip(),
            base_fen=balance(year.pk).budget or year.requested_fen,
            clause=clause,
            marked_by_id=person.user_id,
            marked_on=clock.today(),
        )
        record("results.mark_ground", made, {"kind": made.ground_text, "comment": made.facts}, clause)
        _tell(made, "bureau_leader", f"{made.ground_text}，待决定")
    return made


def decide_ground(*, case: GroundCase, told: GroundDecision, person: Person) -> Outcome:
    """Cut, adjust, merge or cancel with a reason, or find that the ground is not there; what is left binds the next budget.

    一律压减、整合或取消；决定写入下年度的上限，申报和登记预算超过的退回。A merge records both, and goes into one that is itself
    neither merged nor cancelled. A policy to be adjusted gets no budget as it was (`gate`). Where next year's budget stands
    already, it is brought down to the ceiling.
    """
    require(may_decide_ground(person, case))
    problems = against(told.action, told.ratio, told.reason, merges=told.into is not None, clause=case.clause,
                       allowed=allowed_of(case))  # fmt: skip
    problems += _against_target(case, told.into)
    if len(told.reason.strip()) > LONGEST:
        problems.append(Refusal(f"理由最多 {LONGEST} 字", case.clause, "请精简", "reason"))
    if problems:
        raise Refused(problems)
    into = f"{told.into}（{told.into.subject.code}）" if told.into is not None else ""
    outcome = decided(told.action, case.base_fen, told.ratio, case.ground_text, into)
    with act(person):
        # The row is the lock: of two who decide at once the second waits and then sees the first one's decision.
        held = GroundCase.objects.select_for_update().get(pk=case.pk)
        require(may_decide_ground(person, held))
        case.decided_on, case.decided_by = clock.today(), str(person)
        case.action, case.reason, case.into = told.action, told.reason.strip(), told.into
        case.ratio = outcome.ratio if told.action == "cut" else None
        case.amount_fen = outcome.cut
        case.save(update_fields=["decided_on", "decided_by", "action", "reason", "into", "ratio", "amount_fen"])
        detail = {"conclusion": outcome.text, "fen": outcome.cut, "comment": case.reason}
        if told.into is not None:
            detail["into"] = subject_key(told.into)
        record("results.decide_ground", case, detail, case.clause)
        if told.action != "dismiss":
            _leave(case, outcome, person)
            _tell_bodies(case, outcome)
    return outcome


def _against_target(case: GroundCase, into: SubjectYear | None) -> list[Refusal]:
    if into is None:
        return []
    if into.place_id != case.place_id or into.cycle_id != case.cycle_id:
        return [Refusal("并入的对象须是本地区同一年度的", case.clause, "另选一个", "into")]
    if into.subject_id == case.subject_year.subject_id:
        return [Refusal("不能并入自己", case.clause, "选择另一个政策或项目", "into")]
    gone = GroundCase.objects.filter(subject_year__subject=into.subject_id, cycle=case.cycle_id, action__in=("merge", "cancel"))
    if gone.exists():
        return [Refusal(f"“{into}”已决定取消或并入别的", case.clause, "选择继续执行的", "into")]
    return []


def _leave(case: GroundCase, outcome: Outcome, person: Person) -> None:
    adjusts = case.action == ADJUST
    leave_standing(
        standing=Standing(
            subject_id=case.subject_year.subject_id,
            for_budget_year=case.for_budget_year,
            grade=case.evaluation.grade if case.evaluation is not None else "",
            score=(case.evaluation.total if case.evaluation is not None else None) or Decimal(0),
            action=ADJUST if adjusts else "cut" if outcome.ceiling else "none",
            ceiling_fen=None if adjusts else outcome.ceiling,
            cause=subject_key(case),
            text=outcome.text[:300],
            clause=case.clause,
        ),
        person=person,
    )
    if adjusts:
        return
    target = SubjectYear.objects.filter(
        subject_id=case.subject_year.subject_id, budget_year=case.for_budget_year
    ).first()
    over = balance(target.pk).budget - outcome.ceiling if target is not None else 0
    if target is not None and over > 0:
        posting = Posting(target, "cut", -over, clock.today(), note=case.reason[:300])
        post(posting=posting, person=person, cause=case, clause=case.clause)


def _tell(case: GroundCase, role: str, text: str) -> None:
    notify(
        organisation=bureau_of(case.place_id), role=role, text=f"{case.subject_year}：{text}",
        link=f"/results/grounds/{case.pk}/", about=case,
    )  # fmt: skip


def _tell_bodies(case: GroundCase, outcome: Outcome) -> None:
    year = case.subject_year
    for body, role in ((year.unit, "unit_project"), (year.department, "department_reviewer")):
        notify(
            organisation=body, role=role, text=f"{year}：{outcome.text}，自 {case.for_budget_year} 年度起",
            link=f"/results/grounds/{case.pk}/", about=case,
        )  # fmt: skip


def needed_year(place_id: int, cycle_id: int, code: str, clause: str, where: str) -> SubjectYear | None:
    """Return a policy or project of the year by its code, None for an empty code; Refused when there is none."""
    if not code.strip():
        return None
    found = SubjectYear.objects.filter(place_id=place_id, cycle_id=cycle_id, subject__code=code.strip())
    year = found.select_related("subject", "unit", "department").first()
    if year is None:
        raise refuse(f"本年度没有代码为“{code.strip()}”的政策或项目", clause, "请核对代码", where)
    return year
