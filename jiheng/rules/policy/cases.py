"""Worked examples of a pack, written by finance staff and run as its own tests."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from pydantic import Field, ValidationError, model_validator

from jiheng.rules.appraisal import Condition
from jiheng.rules.entry import Strict
from jiheng.rules.money import wan_to_fen, yuan_to_fen
from jiheng.rules.policy.faults import PackError, problems_of
from jiheng.rules.policy.loading import pack_files
from jiheng.rules.policy.parameters import show_value
from jiheng.rules.policy.policy import Policy
from jiheng.rules.policy.strict_yaml import Problem, read_yaml
from jiheng.rules.refusal import Refusal
from jiheng.rules.scoring.method import Indicator, NotScored, Tiered
from jiheng.rules.scoring.registry import score
from jiheng.rules.workflow.registry import CHECKS
from jiheng.rules.workflow.steps import Attempt

_NUMBERS = {"weight", "target", "low", "high"}
_MONEY = re.compile(r"(-?[0-9][0-9,]*(?:\.[0-9]+)?)(万元|元)")

NEUTRAL: Mapping[str, Any] = MappingProxyType(
    {
        "subject_kind": "project",
        "allocator": "department",
        "track": "standard",
        "change_kind": "continuing",
        "amount": 0,
        "appraisal_conclusion": None,
        "appraisal_agreed": None,
        "appraisal_unmet": [],
        "conclusion": None,
        "score_conclusion": None,
        "vetoes": [],
        "opinion": "",
        "amount_asked": 0,
        "amount_cut": 0,
        "amount_agreed": 0,
        "findings": [],
        "halves": {"project": [], "finance": []},
        "scorecard_missing": {"department": [], "bureau": [], "evaluation": []},
        "evidence_missing": [],
        "report_missing": [],
        "goal_state": "approved",
        "budget_adopted": True,
        "is_major": False,
        "key_listed": False,
        "review_total": None,
        "review_grade": None,
        "standing_ceiling": None,
        "standing_reason": "",
        "standing_clause": "",
        "revision": 1,
        "adjustment_reason": "",
        "readings_missing": [],
        "deviations": [],
        "reasons_missing": [],
        "evaluator_organisation": "评价机构",
        "evaluated_organisation": "被评价单位",
        "evaluation_methods": None,
        "evaluation_method_reason": "",
        "evaluation_standards": None,
        "evaluation_standard_rows": None,
        "report_qualities": None,
        "fieldwork": None,
        "scheme_argument": None,
        "expert_opinions": None,
        "partner_agreed": None,
        "partner_proposals": [],
        "joint": "no",
        "review_returns": 0,
        "scored_sides": [],
        "session_outcome": None,
        "agenda_size": 1,
        "agenda_undecided": [],
        "chair_name": "主持人",
        "acting_as_chair": True,
        "last_ended_year": None,
        "last_reported": None,
        "review_again_total": None,
        "grade": None,
        "finding_count": 0,
        "unit_response": "",
        "response_overdue": False,
        "recheck_missing": [],
        "recheck_difference": Decimal(0),
        "recheck_opinion": "",
        "evaluation_kind": "fiscal",
        "decision_action": "keep",
        "decision_ratio": Decimal(0),
        "exception_reason": "",
        "rectification_missing": [],
        "responsible_organisation": "责任单位",
        "acting_organisation": "财政局",
        "accountability_situation": None,
        "accountability_facts": "",
        "result_weight": None,
        "accountability_measures": None,
        "accountability_amounts": {},
        "accountability_limits": {},
    }
)
"""What a case need not say: facts under which no condition objects on its own account."""


@dataclass(frozen=True)
class CaseFinding:
    """A finding of the automatic review, as a case states it."""

    message: str
    blocking: bool = True
    clause: str = ""
    remedy: str = ""
    where: str = ""


class Expected(Strict):
    """What a case expects; only what is written is compared."""

    value: Any = None
    assumed: bool | None = None
    clause: str | None = None
    none: bool | None = None
    grade: str | None = None
    points: Decimal | None = None
    not_scored: bool | None = None
    due: date | None = None
    allowed: bool | None = None
    state: str | None = None
    refused_by: str | None = None
    because: str | None = None
    no_step: bool | None = None
    parts: list[str] | None = None
    optional: list[str] | None = None


class Case(Strict):
    """One worked example: a parameter, a grade, a score, a due date, an act of a workflow, or the parts of an outline."""

    name: str
    budget_year: int | None = None
    day: date | None = None
    parameter: str | None = None
    path: tuple[str | int, ...] = ()
    grades: str | None = None
    total: Decimal | None = None
    method: str | None = None
    indicator: dict[str, Any] = {}
    actual: Any = None
    calendar: str | None = None
    stage: str | None = None
    action: str | None = None
    state: str | None = None
    role: str | None = None
    actor: int | str = "办理人"
    comment: str = ""
    facts: dict[str, Any] = {}
    outline: str | None = None
    expect: Expected

    @model_validator(mode="after")
    def _asks_one_thing(self) -> "Case":
        asked = [self.parameter, self.grades, self.method, self.calendar, self.stage, self.outline]
        if sum(one is not None for one in asked) != 1:
            raise ValueError("每个算例须且只须写 parameter、grades、method、calendar、stage、outline 中的一个")
        if self.stage is not None and self.action is None:
            raise ValueError("写了 stage 的算例须写 action")
        if self.expect.no_step and self.state is None:
            raise ValueError("问没有某一步的算例须写 state")
        if not self.expect.model_fields_set:
            raise ValueError("expect 里没有写期望的结果")
        return self


class CaseFile(Strict):
    """A file of cases."""

    cases: tuple[Case, ...] = Field(min_length=1)


@dataclass(frozen=True)
class CaseResult:
    """How a case came out; `message` says what was expected and what came instead."""

    name: str
    file: str
    passed: bool
    message: str = ""

    def __str__(self) -> str:
        return f"{'符合' if self.passed else '不符'}：{self.name}（{self.file}）" + (
            f"——{self.message}" if self.message else ""
        )


def read_cases(place: str, files: Mapping[str, str]) -> dict[str, tuple[Case, ...]]:
    """The cases of a pack by file. PackError names everything wrong in them."""
    problems: list[Problem] = []
    found: dict[str, tuple[Case, ...]] = {}
    for file, text in sorted(files.items()):
        if not file.startswith("cases/") or not file.endswith(".yaml"):
            continue
        document, faults = read_yaml(f"{place}/{file}", text)
        problems += faults
        if faults:
            continue
        try:
            found[document.file] = CaseFile.model_validate(document.value).cases
        except ValidationError as error:
            problems += problems_of(error, document)
    if problems:
        raise PackError(place, problems)
    return found


def run_cases(policy: Policy, files: Mapping[str, str] | None = None, name: str = "") -> list[CaseResult]:
    """Run the cases of the policy's own pack (or of the files given, for an amendment under trial).

    `name` stands before the file names instead of the place.
    """
    given = pack_files(policy.place) if files is None else files
    read = read_cases(name or policy.place, given)
    return [_run(policy, case, file) for file, cases in read.items() for case in cases]


def _run(policy: Policy, case: Case, file: str) -> CaseResult:
    try:
        faults = _ASKED[_kind(case)](policy, case)
    except (LookupError, ValueError, NotScored) as error:
        faults = [str(error)]
    return CaseResult(case.name, file, passed=not faults, message="；".join(faults))


def _kind(case: Case) -> str:
    return next(name for name in _ASKED if getattr(case, name) is not None)


def _compare(what: str, expected: Any, found: Any) -> list[str]:
    if expected == found:
        return []
    return [f"{what}应为{show_value(expected, '')}，实为{show_value(found, '')}"]


def _parameter(policy: Policy, case: Case) -> list[str]:
    """A dated value: its value (or one part of it, by `path`), clause, whether it is assumed."""
    found = policy.get(case.parameter or "", budget_year=case.budget_year, day=case.day)
    if case.expect.none:
        return [] if found is None else [f"应没有规定，实为{show_value(found.value, found.unit)}"]
    if found is None:
        return [f"“{case.parameter}”没有规定"]
    value = found.value
    for part in case.path:
        value = value[part]
    faults = []
    given = case.expect.model_fields_set
    if "value" in given:
        faults += _compare("值", case.expect.value, value)
    if "assumed" in given:
        faults += _compare("assumed", case.expect.assumed, found.assumed)
    if "clause" in given:
        faults += _compare("依据", _clause(policy, case.expect.clause or ""), str(found.clause))
    return faults


def _grade(policy: Policy, case: Case) -> list[str]:
    if case.total is None:
        raise ValueError("等级的算例须写 total")
    return _compare("等级", case.expect.grade, policy.grades[case.grades or ""].grade(case.total).key)


def _points(_: Policy, case: Case) -> list[str]:
    settings: dict[str, Any] = {
        name: _number(value) if name in _NUMBERS else value for name, value in case.indicator.items()
    }
    indicator = Indicator(**settings)
    actual = Tiered(**case.actual) if isinstance(case.actual, dict) else _number(case.actual)
    try:
        found = score(case.method or "", indicator, actual).points
    except NotScored as reason:
        return [] if case.expect.not_scored else [f"不能计分：{reason}"]
    if case.expect.not_scored:
        return [f"应不能计分，实得{found}分"]
    return _compare("得分", case.expect.points, found)


def _number(value: Any) -> Any:
    """Whole numbers of a case are exact decimals to the scoring methods."""
    return Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _due(policy: Policy, case: Case) -> list[str]:
    if case.budget_year is None:
        raise ValueError("日历的算例须写 budget_year")
    return _compare("期限", case.expect.due, policy.calendar[case.calendar or ""].due(case.budget_year))


def _act(policy: Policy, case: Case) -> list[str]:
    """An act of a workflow: allowed, or refused by the clause and for the reason stated."""
    if case.budget_year is None:
        raise ValueError("流程的算例须写 budget_year")
    workflow = policy.workflows[case.stage or ""]
    if case.state is not None and case.state not in workflow.states:
        raise LookupError(f"流程“{workflow.label}”没有状态“{case.state}”")
    rows = [
        step
        for step in workflow.steps
        if step.action == case.action
        and case.state in {None, step.from_state}
        and (case.role is None or case.role in step.by)
        and step.is_for({**NEUTRAL, **case.facts})
    ]
    if case.expect.no_step:
        words = "、".join(dict.fromkeys(f"“{step.label}”" for step in rows))
        return [f"这一状态下应没有这一步，实有{words}"] if rows else []
    if not rows:
        raise LookupError(f"流程“{workflow.label}”没有这样的步骤：{case.action}")
    attempt = Attempt(
        state=case.state or rows[0].from_state,
        action=rows[0].action,
        role=case.role or rows[0].by[0],
        actor=case.actor,
        facts=_facts(policy, case),
        comment=case.comment,
        content_hash="算例",
    )
    outcome = workflow.take(attempt)
    if not isinstance(outcome, list):
        faults = ["应被退回，实际通过"] if _expects_refusal(case.expect) else []
        if case.expect.state is not None:
            faults += _compare("状态", case.expect.state, outcome.state)
        return faults
    if not _expects_refusal(case.expect):
        said = "；".join(str(refusal) for refusal in outcome)
        return [f"应通过，实际被退回：{said}"]
    return _refused_as_expected(policy, case.expect, outcome)


def _parts(policy: Policy, case: Case) -> list[str]:
    """An outline: the titles of all its parts in their order, those that may be missing, its clause."""
    outline = policy.documents.get(case.outline or "")
    if outline is None:
        raise LookupError(f"没有提纲“{case.outline}”")
    faults = []
    given = case.expect.model_fields_set
    if "parts" in given:
        faults += _compare("各部分", case.expect.parts, [one.title for one in outline.sections])
    if "optional" in given:
        faults += _compare("可以不写的部分", case.expect.optional, [one.title for one in outline.sections if not one.required])
    if "clause" in given:
        faults += _compare("依据", _clause(policy, case.expect.clause or ""), str(policy.clause_of(outline)))
    return faults


def _expects_refusal(expect: Expected) -> bool:
    return expect.allowed is False or expect.refused_by is not None or expect.because is not None


def _refused_as_expected(policy: Policy, expect: Expected, refusals: list[Refusal]) -> list[str]:
    faults = []
    if expect.refused_by is not None:
        clause = _clause(policy, expect.refused_by)
        if clause not in [refusal.clause for refusal in refusals]:
            faults.append(f"应依据{clause}退回，实际依据{'、'.join(one.clause for one in refusals)}")
    if expect.because is not None and not any(expect.because in one.message for one in refusals):
        faults.append(f"退回理由应含“{expect.because}”，实为{'、'.join(one.message for one in refusals)}")
    return faults


def _clause(policy: Policy, written: str) -> str:
    """`source clause` as people see it."""
    source, _, clause = written.partition(" ")
    if source not in policy.sources:
        raise LookupError(f"没有文件依据“{source}”")
    return f"{policy.sources[source]}{clause}"


def _facts(policy: Policy, case: Case) -> dict[str, Any]:
    """The facts of a case over those that need not be said; amounts such as 500万元 are read as fen."""
    unknown = sorted(set(case.facts) - set(NEUTRAL) - {"actors", "is_major"})
    if unknown:
        raise LookupError(f"没有这些事实：{'、'.join(unknown)}")
    facts = {**NEUTRAL, **{name: _amounts(value) for name, value in case.facts.items()}}
    facts["findings"] = [
        one if isinstance(one, CaseFinding) else CaseFinding(**one) for one in facts["findings"]
    ]
    facts["appraisal_unmet"] = [
        Condition(one["text"], date.fromisoformat(str(one["due"])), met=False)
        for one in facts["appraisal_unmet"]
    ]
    day = case.day or date(case.budget_year or 0, 1, 1)
    return {**facts, "policy": policy.at(case.budget_year or 0, day)}


def _amounts(value: Any) -> Any:
    if isinstance(value, str) and (match := _MONEY.fullmatch(value)):
        return (wan_to_fen if match[2] == "万元" else yuan_to_fen)(match[1])
    return value


_ASKED = {
    "parameter": _parameter,
    "grades": _grade,
    "method": _points,
    "calendar": _due,
    "stage": _act,
    "outline": _parts,
}


def unused_conditions(policies: list[Policy]) -> list[str]:
    """Conditions that no table of these policies names: dead code, or a rule that was forgotten."""
    named = {
        name
        for policy in policies
        for workflow in policy.workflows.values()
        for step in workflow.steps
        for name in step.requires
    }
    return sorted(set(CHECKS) - named)
