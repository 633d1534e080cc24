"""The starter library: read strictly from its data file, refused as a whole when one row is unsound."""

from functools import lru_cache
from importlib.resources import files
from typing import Annotated, Literal

from pydantic import Field, model_validator

from jiheng.rules.entry import Strict
from jiheng.rules.policy.strict_yaml import read_yaml
from jiheng.rules.scoring.method import as_operator
from jiheng.rules.scoring.registry import method_named

Text = Annotated[str, Field(min_length=1, max_length=300)]
FILE = "starter.yaml"


class StarterIndicator(Strict):
    """One row of the starter library: what is measured, how, and on which ground."""

    code: Annotated[str, Field(pattern=r"^[A-Z]+(-[A-Z]+)*-[0-9]{2}$")]
    sector: Text
    category: Text
    level1: Text
    level2: Text
    name: Text
    definition: Text
    formula: Text
    kind: Literal["quantitative", "qualitative"]
    operator: str
    value: Text
    unit: str
    method: str
    data_source: Text
    evidence: Text
    basis: Text

    @model_validator(mode="after")
    def _method_fits(self) -> "StarterIndicator":
        """A method that exists and takes this sign; a unit wherever a number is compared."""
        method = method_named(self.method)
        if as_operator(self.operator) not in method.operators:
            raise ValueError(f"{self.code}：“{method.label}”不能用于符号 {self.operator}")
        if (self.kind == "qualitative") != (self.operator == "qualitative"):
            raise ValueError(f"{self.code}：性质与符号不一致")
        if self.kind == "quantitative" and self.method != "date_target" and not self.unit:
            raise ValueError(f"{self.code}：定量指标没有单位")
        return self


class StarterLibrary(Strict):
    """All rows with their common origin; no code and no name of one category twice."""

    origin: Text
    indicators: tuple[StarterIndicator, ...]

    @model_validator(mode="after")
    def _each_once(self) -> "StarterLibrary":
        codes = [one.code for one in self.indicators]
        names = [(one.sector, one.category, one.name) for one in self.indicators]
        twice = sorted({str(one) for one in codes if codes.count(one) > 1})
        twice += sorted({"/".join(one) for one in names if names.count(one) > 1})
        if twice:
            raise ValueError(f"起步指标库有重复：{'、'.join(twice)}")
        return self


@lru_cache(maxsize=1)
def starter_library() -> StarterLibrary:
    """Read the starter library. ValueError names every line that is wrong."""
    text = (files("jiheng.registers.indicators") / "data" / FILE).read_text(encoding="utf-8")
    document, problems = read_yaml(FILE, text)
    if problems:
        raise ValueError("；".join(str(problem) for problem in problems))
    return StarterLibrary.model_validate(document.value)
