"""A self-evaluation filled in offline: read from the official form, judged by rule, taken over on confirmation."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from jiheng.foundation.accounts.person import Person, require
from jiheng.foundation.audit.services import act
from jiheng.foundation.files.models import StoredFile
from jiheng.foundation.files.services import attach
from jiheng.foundation.refused import mistaken
from jiheng.foundation.sheets.expect import of_form
from jiheng.foundation.sheets.found import FormReading, Problem
from jiheng.foundation.sheets.mark import looked_at, marked_copy
from jiheng.foundation.sheets.patch import signed
from jiheng.foundation.sheets.read import read_form
from jiheng.foundation.sheets.upload import bare_words, keep_workbook, other_record, other_year, same_words
from jiheng.foundation.workflow.claim import Seen
from jiheng.registers.cycles.queries import policy_for
from jiheng.rules.money import format_wan
from jiheng.rules.scoring.method import plain
from jiheng.rules.scoring.methods.qualitative_tiers import TierBand
from jiheng.stages.evaluation.access import may_fill_results
from jiheng.stages.evaluation.documents import self_form
from jiheng.stages.evaluation.judging import LineData, actual_words, bands_of, judged, tier_label
from jiheng.stages.evaluation.models import SelfEvaluation, SelfLine
from jiheng.stages.evaluation.services.self_evaluations import save_results
from jiheng.stages.goals.queries import Change, value_words

HEAD = {"project_name": "项目名称", "unit": "实施单位"}
MONEY = {
    "initial": ("年初预算数", "initial_fen"),
    "adjusted": ("全年预算数", "budget_fen"),
    "executed": ("全年执行数", "executed_fen"),
}
POINTS = re.compile(r"^[，,、:：\s]*(?:得|评|自评)?\s*(?P<points>[0-9]+(?:\.[0-9]+)?)\s*分")
KEEPSAKE = "离线填报表"


@dataclass
class Uploaded:
    """What an uploaded form says: mistakes at their cells, things to look at, and what it would change."""

    name: str
    digest: str
    sheet: str = ""
    signed: bool = False
    problems: list[Problem] = field(default_factory=list)
    notices: list[Problem] = field(default_factory=list)
    lines: dict[int, LineData] = field(default_factory=dict)
    objective: str = ""
    changes: list[Change] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether it can be taken over."""
        return not self.problems


def keep_upload(*, evaluation: SelfEvaluation, name: str, content: bytes, person: Person) -> Uploaded:
    """Keep the file by its digest and read it; nothing of the record is changed yet. Raises Refused."""
    require(may_fill_results(person, evaluation))
    stored = keep_workbook(name=name, content=content)
    return read_upload(evaluation, name, stored.digest, content)


def marked_upload(evaluation: SelfEvaluation, name: str, digest: str) -> bytes:
    """Return the person's own file with every mistake marked at its cell: rule and what should stand there."""
    with StoredFile.objects.get(digest=digest).content.open("rb") as kept:
        content = kept.read()
    found = read_upload(evaluation, name, digest, content)
    marks = [*found.problems, *(looked_at(one) for one in found.notices)]
    return marked_copy(content, marks, sheet=found.sheet)


def apply_upload(
    *, evaluation: SelfEvaluation, name: str, digest: str, person: Person, seen: Seen | None = None
) -> None:
    """Take over what the form says about results, and keep the file with the record.

    Raises Refused while the form has mistakes, Overtaken when the half was changed meanwhile.
    """
    with StoredFile.objects.get(digest=digest).content.open("rb") as kept:
        content = kept.read()
    uploaded = read_upload(evaluation, name, digest, content)
    if not uploaded.ok:
        raise mistaken(f"表中还有 {len(uploaded.problems)} 处错误", remedy="请改正后重新上传", where="file")
    with act(person):
        save_results(
            evaluation=evaluation,
            lines=uploaded.lines,
            actual_objective=uploaded.objective,
            person=person,
            seen=seen,
        )
        attach(subject=evaluation, row=KEEPSAKE, name=name, content=content, person=person)


def read_upload(evaluation: SelfEvaluation, name: str, digest: str, content: bytes) -> Uploaded:
    """Read the form and compare it with the record: every mistake at its cell, every difference by name."""
    definition, present = self_form(evaluation)
    reading = read_form(definition, content)
    found = Uploaded(name, digest, reading.sheet, signed(content), list(reading.problems), list(reading.notices))
    found.problems += other_year(reading, evaluation.cycle.budget_year)
    found.notices += other_record(reading, f"evaluation.selfevaluation:{evaluation.pk}")
    _check_head(reading, present, found)
    _check_money(evaluation, reading, found)
    found.objective = str(reading.data.get("result") or "")
    if evaluation.actual_objective != found.objective:
        found.changes.append(Change("年度总体目标实际完成情况", evaluation.actual_objective, found.objective))
    lines = list(evaluation.lines.select_related("indicator"))
    _read_rows(evaluation, lines, reading, found)
    found.problems = of_form(found.problems, definition)
    return found


def _check_head(reading: FormReading, present: Mapping[str, Any], found: Uploaded) -> None:
    for box, label in HEAD.items():
        typed = str(reading.data.get(box) or "").strip()
        if typed and not same_words(typed, str(present[box])):
            words = f"表上是“{typed}”，这里是“{present[box]}”；请确认没有传错表"
            found.problems.append(Problem(reading.cells.get(box, ""), label, words, "wrong", box))


def _check_money(evaluation: SelfEvaluation, reading: FormReading, found: Uploaded) -> None:
    """Amounts are never taken from the form; where it says something else than the ledger, that is said."""
    told = reading.data.get("money", {}).get("total", {})
    for key, (label, name) in MONEY.items():
        typed, known = told.get(key), getattr(evaluation, name)
        if typed is not None and format_wan(typed) != format_wan(known):
            path = f"money.total.{key}"
            words = f"表上是 {format_wan(typed)} 万元，台账是 {format_wan(known)} 万元；以台账为准，不采用表上的数"
            found.notices.append(Problem(reading.cells.get(path, ""), label, words, "wrong", path))


def _read_rows(
    evaluation: SelfEvaluation, lines: list[SelfLine], reading: FormReading, found: Uploaded
) -> None:
    waiting: dict[str, list[SelfLine]] = {}
    for line in lines:
        waiting.setdefault(_key(line.indicator.name), []).append(line)
    wrong = {one.path for one in reading.problems}
    for number, told in enumerate(reading.data.get("indicators", [])):
        name = str(told.get("name") or "").strip()
        path = f"indicators.{number}"
        same = waiting.get(_key(name), [])
        if not same:
            if name:
                cell = reading.cells.get(f"{path}.name", "")
                words = f"批复的绩效目标中没有“{name}”；自评指标须与批复的目标一致"
                found.problems.append(
                    Problem(cell, f"绩效指标第{number + 1}行", words, "wrong", f"{path}.name")
                )
            continue
        _read_row(evaluation, same.pop(0), told, path, reading, found, wrong)
    for left in waiting.values():
        for line in left:
            words = f"表上没有“{line.indicator.name}”一行"
            found.problems.append(Problem("", "绩效指标", words, "missing"))


def _key(name: str) -> str:
    return bare_words(name)


def _read_row(
    evaluation: SelfEvaluation,
    line: SelfLine,
    told: Mapping[str, Any],
    path: str,
    reading: FormReading,
    found: Uploaded,
    wrong: set[str],
) -> None:
    """Read one row: the value as typed, for qualitative rows its tier and points, judged by the row's method."""
    indicator, year = line.indicator, evaluation.cycle.budget_year
    cell = reading.cells.get(f"{path}.actual", "")
    label = f"“{indicator.name}”实际完成值"
    text, reason = str(told.get("actual") or "").strip(), str(told.get("reason") or "").strip()
    if _key(text) == _key(actual_words(line)) and text:
        text = line.actual_text if not bands_of(indicator) else text
    data = LineData(text, reason=reason)
    bands = bands_of(indicator)
    if bands:
        data = qualitative(bands, text, told.get("score"), reason)
        stored = (line.tier, line.claimed) == (data.tier, data.claimed)
        if (
            data.tier
            and not stored
            and not POINTS.search(_after_tier(bands, text))
            and told.get("score") is not None
        ):
            score = reading.cells.get(f"{path}.score", "")
            words = f"按表上得分 {plain(told['score'])} 分、档次“{tier_label(indicator, data.tier)}”读取"
            found.notices.append(Problem(score, label, words, "wrong", f"{path}.score"))
    result = judged(indicator, data, year)
    if result.problem is not None and f"{path}.actual" not in wrong:
        words = "；".join(part for part in (result.problem.message, result.problem.remedy) if part)
        found.problems.append(Problem(cell, label, words, "wrong", f"{path}.actual"))
    elif result.points is None and f"{path}.actual" not in wrong:
        words = "须写明档次和得分，如“达成年度指标，9分：制度已印发”" if bands else "必须填写"
        found.problems.append(Problem(cell, label, words, "missing", f"{path}.actual"))
    typed, points = told.get("score"), result.points.points if result.points else None
    if not bands and typed is not None and points is not None and typed != points:
        words = f"表上得分 {plain(typed)}，按规则计算为 {plain(points)}（{result.points.explanation if result.points else ''}）；以计算为准"
        score = reading.cells.get(f"{path}.score", "")
        found.notices.append(Problem(score, f"“{indicator.name}”得分", words, "wrong", f"{path}.score"))
    found.lines[line.pk] = data
    before, after = (
        _words(line, LineData(line.actual_text, line.tier, line.claimed, line.reason)),
        _words(line, data),
    )
    if before != after:
        found.changes.append(Change(f"{indicator.name}（目标 {value_words(indicator)}）", before, after))


def _words(line: SelfLine, data: LineData) -> str:
    parts = [tier_label(line.indicator, data.tier), data.actual_text.strip()]
    if data.claimed is not None:
        parts.append(f"{plain(data.claimed)} 分")
    if data.reason.strip():
        parts.append(f"原因：{data.reason.strip()}")
    return "，".join(part for part in parts if part)


def qualitative(bands: list[TierBand], text: str, score: Decimal | None, reason: str = "") -> LineData:
    """Read a qualitative row: “达成年度指标，9分：制度已印发”, the points perhaps in the form's own column.

    A tier may be shortened to its first words (部分达成). Points without a tier, or a tier without points, are
    left as they are: the row's method then says what is missing.
    """
    band = _tier_in(bands, text)
    if band is None:
        return LineData(text, reason=reason)
    rest = _after_tier(bands, text)
    stated = POINTS.search(rest)
    points = Decimal(stated["points"]) if stated else score
    rest = rest[stated.end() :] if stated else rest
    return LineData(rest.lstrip("，,、:：;； ").strip(), band.key, points, reason)


def _tier_in(bands: list[TierBand], text: str) -> TierBand | None:
    named = sorted(bands, key=lambda band: -len(band.label))
    for band in named:
        if text.startswith(band.label):
            return band
    for band in named:
        if text.startswith(_short(band)):
            return band
    return None


def _short(band: TierBand) -> str:
    """The first words of a tier: 部分达成年度指标并具有一定效果 → 部分达成."""
    return band.label.split("年度指标")[0]


def _after_tier(bands: list[TierBand], text: str) -> str:
    band = _tier_in(bands, text)
    if band is None:
        return text
    for start in (band.label, f"{_short(band)}年度指标", _short(band)):
        if text.startswith(start):
            return text[len(start) :]
    return text


def form_label(evaluation: SelfEvaluation) -> str:
    """Return the official name of the form."""
    return policy_for(evaluation.cycle).forms["F5"].label
