"""The starter library: read strictly from its data files, refused as a whole when one row is unsound."""

from functools import lru_cache
from importlib.resources import files
from typing import Annotated, Literal

from pydantic import Field, model_validator

from jiheng.rules.entry import Strict
from jiheng.rules.indicator_sheet import Reference, Sheet, direction_of, sheet_faults
from jiheng.rules.policy.strict_yaml import read_yaml

Text = Annotated[str, Field(min_length=1)]


class StarterReference(Strict):
    """A value to compare with: 计划 plan, 行业 industry, 历史 history or 其他 other, of a year and a region."""

    kind: Literal["plan", "industry", "history", "other"]
    value: Text
    year: int
    region: Text
    source: Text


class StarterIndicator(Strict):
    """One row of the starter library: what is measured, how, and on which ground. See `Sheet` for the fields."""

    code: Annotated[str, Field(pattern=r"^[A-Z]+(-[A-Z]+)*-[0-9]{2,3}$", max_length=40)]
    sector: Text
    category: Text
    purpose: str = ""
    level1: Text
    level2: Text
    name: Text
    aliases: str = ""
    definition: Text
    formula: Text
    sample: str = ""
    kind: Literal["quantitative", "qualitative"]
    operator: str
    value: Text
    unit: str
    direction: Literal["", "positive", "reverse", "moderate", "none"] = ""
    method: str
    data_source: Text
    frequency: Literal["event", "month", "quarter", "half", "year"] = "year"
    evidence: Text
    basis: Text
    references: tuple[StarterReference, ...] = ()

    @property
    def sheet(self) -> Sheet:
        """The row as the sheet of an indicator."""
        told = self.model_dump(exclude={"code", "kind", "references"})
        told["direction"] = self.direction or direction_of(self.operator)
        return Sheet(**told, references=tuple(Reference(**one.model_dump()) for one in self.references))

    @model_validator(mode="after")
    def _sound(self) -> "StarterIndicator":
        """A sheet that can be counted, scored and proved; the formula runs and its sample comes out."""
        problems = [fault.message for fault in sheet_faults(self.sheet)]
        if (self.kind == "qualitative") != (self.operator == "qualitative"):
            problems.append("性质与符号不一致")
        if problems:
            raise ValueError(f"{self.code}：{'；'.join(problems)}")
        return self


class StarterFile(Strict):
    """One data file: rows of a common origin."""

    origin: Text
    indicators: tuple[StarterIndicator, ...]


class StarterLibrary(Strict):
    """All rows with their common origin; no code and no name of one class twice."""

    origin: Text
    indicators: tuple[StarterIndicator, ...]

    @model_validator(mode="after")
    def _each_once(self) -> "StarterLibrary":
        seen: set[object] = set()
        twice: list[str] = []
        for one in self.indicators:
            for key in (one.code, (one.sector, one.category, one.purpose, one.name)):
                if key in seen:
                    twice.append(key if isinstance(key, str) else "/".join(key))
                seen.add(key)
        if twice:
            raise ValueError(f"起步指标库有重复：{'、'.join(twice)}")
        return self


@lru_cache(maxsize=1)
def starter_library() -> StarterLibrary:
    """Read every file of the starter library in the order of their names. ValueError names every line that is wrong."""
    found = [
        one
        for one in sorted((files("jiheng.registers.indicators") / "data").iterdir(), key=lambda one: one.name)
        if one.name.endswith(".yaml")
    ]
    parts = [_read(one.name, one.read_text(encoding="utf-8")) for one in found]
    return StarterLibrary(
        origin=parts[0].origin, indicators=tuple(row for part in parts for row in part.indicators)
    )


def _read(name: str, text: str) -> StarterFile:
    document, problems = read_yaml(name, text)
    if problems:
        raise ValueError("；".join(str(problem) for problem in problems))
    return StarterFile.model_validate(document.value)
