"""A policy: all packs of a place laid over each other, ready to be asked, frozen and compared."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Literal

from pydantic import model_validator

from jiheng.rules.entry import Citation, Clause, Entry, Strict
from jiheng.rules.forms.definition import FormDefinition
from jiheng.rules.policy.calendar import CalendarItem
from jiheng.rules.policy.outline import Outline
from jiheng.rules.policy.pack import SECTIONS, Source
from jiheng.rules.policy.parameters import DatedValue, Parameter, Point
from jiheng.rules.policy.plain import digest_of, from_plain, to_plain
from jiheng.rules.scoring.grades import GradeTable
from jiheng.rules.scoring.scorecard import Scorecard
from jiheng.rules.workflow.table import Workflow

FORMAT = 1


class Policy(Strict):
    """The rules of a place. `chain` lists its packs from the nearest to the farthest.

    `origins` says for each section and key from which pack the entry comes.
    """

    place: str
    name: str
    region_code: str
    responsible: str
    chain: tuple[str, ...]
    subject_kinds: dict[str, str]
    role_labels: dict[str, str]
    sources: dict[str, Source]
    parameters: dict[str, Parameter]
    grades: dict[str, GradeTable]
    calendar: dict[str, CalendarItem]
    workflows: dict[str, Workflow]
    scorecards: dict[str, Scorecard]
    forms: dict[str, FormDefinition]
    documents: dict[str, Outline]
    origins: dict[str, dict[str, str]]

    @model_validator(mode="after")
    def _workflows_know_their_sources(self) -> "Policy":
        titles = {key: str(source) for key, source in self.sources.items()}
        for key, workflow in self.workflows.items():
            self.workflows[key] = workflow.with_titles(titles)
        return self

    def clause_of(self, entry: "Entry | Citation") -> Clause:
        """The clause an entry or citation stands on, with the document's title and number."""
        cite = entry if isinstance(entry, Citation) else entry.cite
        source = self.sources[cite.source]
        return Clause(source=cite.source, title=source.title, number=source.number, clause=cite.clause)

    def origin(self, section: str, key: str) -> str:
        """The place whose pack says this entry."""
        return self.origins[section][key]

    def value(self, key: str, *, budget_year: int | None = None, day: date | None = None) -> DatedValue:
        """The value of a parameter in force for a budget year or on a day.

        LookupError when there is no such parameter or nothing is prescribed then; ValueError when the
        parameter goes by the other of the two and that was not given.
        """
        parameter = self.parameters.get(key)
        if parameter is None:
            raise LookupError(f"{self.name}的制度里没有参数“{key}”")
        point: Point | None = day if parameter.by == "event" else budget_year
        if point is None:
            asked = "办理日期（day）" if parameter.by == "event" else "预算年度（budget_year）"
            raise ValueError(f"“{parameter.label}”（{key}）按{asked}确定，须给出")
        setting = parameter.at(point)
        if setting is None:
            when = f"{point}年度" if isinstance(point, int) else f"{point}"
            raise LookupError(f"“{parameter.label}”（{key}）：{when}没有规定")
        return DatedValue(
            key=key,
            label=parameter.label,
            unit=parameter.unit,
            value=setting.value,
            clause=self.clause_of(setting.cite),
            assumed=setting.assumed,
            origin=self.origins["parameters"][key],
            since=setting.since,
            words=self.grade_words,
        )

    @property
    def grade_words(self) -> dict[str, str]:
        """What the place calls its grades, by key: one place's 中 is another's 一般."""
        table = self.grades.get("evaluation")
        return {band.key: band.label for band in table.bands} if table is not None else {}

    def get(self, key: str, *, budget_year: int | None = None, day: date | None = None) -> DatedValue | None:
        """As `value`, but None when nothing is prescribed then. LookupError for an unknown parameter."""
        if key not in self.parameters:
            raise LookupError(f"{self.name}的制度里没有参数“{key}”")
        try:
            return self.value(key, budget_year=budget_year, day=day)
        except LookupError:
            return None

    def at(self, budget_year: int, day: date) -> "PolicyAt":
        """The rules for one budget year and one day: what checks find under `facts["policy"]`."""
        return PolicyAt(self, budget_year, day)

    def dump(self) -> dict[str, Any]:
        """The whole policy as JSON values; `Policy.restore(policy.dump()) == policy`."""
        return {"format": FORMAT, **to_plain(self.model_dump(by_alias=True))}

    @classmethod
    def restore(cls, plain: dict[str, Any]) -> "Policy":
        """The policy that was dumped. ValueError when it was dumped in an unknown format."""
        if plain.get("format") != FORMAT:
            raise ValueError(f"制度存档的格式是{plain.get('format')!r}，本版本只认识{FORMAT}")
        return cls.model_validate(from_plain({key: part for key, part in plain.items() if key != "format"}))

    @cached_property
    def digest(self) -> str:
        """SHA-256 over everything the policy says: two policies with one digest say the same."""
        return digest_of(self.dump())


@dataclass(frozen=True)
class PolicyAt:
    """A policy with its budget year and day already chosen."""

    policy: Policy
    budget_year: int
    day: date

    def value(self, key: str) -> DatedValue:
        """The value in force. LookupError when nothing is prescribed."""
        return self.policy.value(key, budget_year=self.budget_year, day=self.day)

    def get(self, key: str) -> DatedValue | None:
        """The value in force, or None when nothing is prescribed."""
        return self.policy.get(key, budget_year=self.budget_year, day=self.day)


@dataclass(frozen=True)
class Difference:
    """One entry in which two policies differ; `details` says what, line by line."""

    section: str
    key: str
    label: str
    kind: Literal["added", "removed", "changed"]
    details: tuple[str, ...]


def differences(before: Policy, after: Policy) -> list[Difference]:
    """Everything in which `after` differs from `before`, section by section, key by key."""
    old, new = before.dump(), after.dump()
    found = []
    for section in ("sources", *SECTIONS):
        for key in sorted({*old[section], *new[section]}):
            one, two = old[section].get(key), new[section].get(key)
            if one == two:
                continue
            said = two or one
            label = said.get("label") or said.get("title") or key
            kind: Literal["added", "removed", "changed"] = (
                "added" if one is None else "removed" if two is None else "changed"
            )
            details = tuple(_changes(from_plain(one), from_plain(two))) if one and two else ()
            found.append(Difference(section, key, label, kind, details))
    return found


def _changes(one: Any, two: Any, path: str = "") -> list[str]:
    """Where two values differ, as `path：old → new`."""
    if one == two:
        return []
    if isinstance(one, dict) and isinstance(two, dict):
        return [
            line
            for key in [*one, *(key for key in two if key not in one)]
            for line in _changes(one.get(key), two.get(key), f"{path}.{key}" if path else key)
        ]
    if isinstance(one, list) and isinstance(two, list) and len(one) == len(two):
        return [
            line
            for index, (a, b) in enumerate(zip(one, two, strict=True), start=1)
            for line in _changes(a, b, f"{path}[{index}]")
        ]
    return [f"{path}：{_short(one)} → {_short(two)}"]


def _short(value: Any) -> str:
    if value is None:
        return "（无）"
    text = str(value)
    return text if len(text) <= 80 else text[:77] + "……"
