"""Explaining a policy in lines of text: one value with its chain, or a whole place."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from jiheng.rules.policy.cases import run_cases, unused_conditions
from jiheng.rules.policy.conflicts import Conflict, conflicts, unreasoned
from jiheng.rules.policy.faults import PackError
from jiheng.rules.policy.loading import available_places, layers, load_policy, resolve
from jiheng.rules.policy.pack import SECTIONS, section_name
from jiheng.rules.policy.parameters import Parameter, Point, show_value, value_lines
from jiheng.rules.policy.policy import Policy
from jiheng.rules.policy.strict_yaml import Problem

REQUIRED = {
    "workflows": ("appraisal", "goals", "monitoring", "self_evaluation", "evaluation", "decision", "rectification"),
    "grades": ("evaluation", "appraisal", "goal_review", "assessment"),
    "scorecards": ("appraisal", "goal_review", "project_evaluation", "department_evaluation",
                   "in_process_evaluation", "fund_evaluation", "department_assessment"),
    "forms": ("F1", "F2", "F3", "F4", "F5", "F7", "F9"),
    "documents": ("evaluation_report", "appraisal_report"),
}  # fmt: skip


def explain(place: str, year: int, key: str, day: date | None = None) -> list[str]:
    """What a parameter is for a budget year (or on a day; 31 December of the year unless given), and why.

    Lines: the value, its clause, whether it is assumed, and the chain of packs that were looked up.
    LookupError when no pack of the chain knows the parameter.
    """
    packs = layers(place)
    policy = resolve(packs)
    parameter = policy.parameters.get(key)
    if parameter is None:
        raise LookupError(f"{policy.name}的制度里没有参数“{key}”{_like(policy, key)}")
    moment = day or date(year, 12, 31)
    point: Point = moment if parameter.by == "event" else year
    lines = [f"{policy.name} {_said(point)} {parameter.label}（{key}）"]
    setting = parameter.said(point)
    if setting is None:
        lines.append(f"值：{_said(point)}还没有规定")
    else:
        shown = value_lines(setting.value, parameter.unit, policy.grade_words)
        lines += [f"值：{shown[0]}"] if len(shown) == 1 else ["值：", *(f"  {line}" for line in shown)]
        lines.append(f"依据：{policy.clause_of(setting.cite)}")
        lines.append(f"自{_said(setting.since)}起")
        if setting.assumed:
            lines.append("假定：没有查到原文规定，开启第一个年度前须由财政局确认")
        if setting.note:
            lines.append(f"说明：{setting.note}")
    if parameter.note:
        lines.append(f"含义：{parameter.note}")
    lines.append("查找顺序：")
    for pack in packs:
        own = pack.entries["parameters"].get(key)
        mark = "采用" if pack.place == policy.origins["parameters"][key] else "被替换" if own else "未作规定"
        lines.append(f"  {pack.manifest.name}（{pack.place}）：{mark}{_briefly(own, point)}")
    return lines


def _said(point: Point) -> str:
    return f"{point}年度" if isinstance(point, int) else point.isoformat()


def _briefly(parameter: Parameter | None, point: Point) -> str:
    if parameter is None:
        return ""
    floor = "，底线" if parameter.floor else ""
    if parameter.by != ("budget_year" if isinstance(point, int) else "event"):
        return floor
    setting = parameter.said(point)
    shown = value_lines(setting.value, parameter.unit) if setting else ["还没有规定"]
    return f"，{shown[0] if len(shown) == 1 else f'{len(shown)}行的表'}{floor}"


def _like(policy: Policy, key: str) -> str:
    """Parameters with a word in common, to help a slip of the pen."""
    words = set(key.split("_"))
    near = [name for name in sorted(policy.parameters) if words & set(name.split("_"))]
    return f"，相近的有：{'、'.join(near)}" if near else ""


def missing_entries(policy: Policy) -> list[str]:
    """What the year cannot run without and the policy lacks, as words."""
    return [
        f"缺少{section_name(section)}“{key}”"
        for section, keys in REQUIRED.items()
        for key in keys
        if key not in getattr(policy, section)
    ]


def assumed_entries(policy: Policy) -> list[str]:
    """Everything that is assumed and not found in a document: the bureau's list to confirm or change."""
    found = [
        f"参数 {parameter.label}（{key}）自{_said(setting.since)}：{show_value(setting.value, parameter.unit, policy.grade_words)}"
        for key, parameter in policy.parameters.items()
        for setting in parameter.values
        if setting.assumed
    ]
    found += [
        f"参数 {parameter.label}（{key}）自{_said(setting.since)}：{row}"
        for key, parameter in policy.parameters.items()
        for setting in parameter.values
        for row in _assumed_rows(setting.value, policy.grade_words)
    ]
    for section in SECTIONS:
        if section != "parameters":
            found += [
                f"{section_name(section)} {entry.label}（{key}）"
                for key, entry in getattr(policy, section).items()
                if entry.assumed
            ]
    return found


def _assumed_rows(value: Any, words: Mapping[str, str], name: str = "") -> list[str]:
    """Rows of a table that are marked `assumed: true` on their own."""
    if not isinstance(value, dict):
        return []
    if value.get("assumed") is True:
        return [f"{name} {show_value(value, '', words)}"]
    return [
        row for key, child in value.items() for row in _assumed_rows(child, words, f"{name}/{key}" if name else key)
    ]


def check_place(place: str) -> tuple[bool, list[str]]:
    """Read a place's packs and run its cases; whether all is well, and what to print.

    LookupError when the place has no pack.
    """
    try:
        policy = load_policy(place)
        results = run_cases(policy)
    except PackError as error:
        return False, str(error).splitlines()
    counts = "、".join(f"{section_name(name)}{len(getattr(policy, name))}" for name in SECTIONS)
    lines = [
        f"{policy.name}（{place}）：{counts}；摘要 {policy.digest}",
        f"待财政局确认的假定：{len(assumed_entries(policy))} 项",
    ]
    failed = [result for result in results if not result.passed]
    lines.append(f"算例：{len(results)} 个，不符 {len(failed)} 个")
    lines += [f"  {result}" for result in failed]
    missing = missing_entries(policy)
    lines += missing
    fine, said = check_levels(place)
    return not failed and not missing and fine, lines + said


def check_levels(place: str) -> tuple[bool, list[str]]:
    """Where the place's own pack is looser than one it rests on, with both clauses; whether each says why."""
    packs = layers(place)
    own: list[Conflict] = [one for one in conflicts(packs) if one.place == packs[0].manifest.name]
    problems = [one for one in unreasoned(packs) if one.file.startswith(f"{place}/")]
    lines = [f"比上级宽的规定：{len(own)} 处，没有写明理由或须改正的 {len(problems)} 处"] if own or problems else []
    return not problems, [*lines, *(f"  {one}" for one in own), *(f"  {one}" for one in problems if not _told(one, own))]


def _told(problem: Problem, found: list[Conflict]) -> bool:
    """Whether a problem is already said by a conflict of the same line."""
    return any((problem.file, problem.line) == one.where for one in found)


def check_all() -> tuple[bool, list[str]]:
    """Check every place, and whether every condition is named by some table."""
    well, lines = True, []
    for place in available_places():
        fine, said = check_place(place)
        well = well and fine
        lines += said
    if well:
        unused = unused_conditions([load_policy(place) for place in available_places()])
        lines += [f"没有流程使用条件“{name}”" for name in unused]
        well = not unused
    return well, lines
