"""Grades: a table of score bands in which every total falls in exactly one band."""

from decimal import Decimal
from itertools import pairwise
from typing import Any

from pydantic import Field, model_validator

from jiheng.rules.entry import Entry, Strict
from jiheng.rules.money import round_half_up


class Band(Strict):
    """One grade: totals from `low` (included) up to `high` (excluded; included for the top band).

    `effect` says in words what the grade brings about, where the document says it.
    """

    key: str
    label: str
    low: Decimal
    high: Decimal
    effect: str = ""


class GradeTable(Entry):
    """Grades of one kind of total. `rounding` is the number of decimals kept, half up, before comparing.

    In a pack `high` may be left out: a band reaches up to the next one, the top band up to `full`.
    """

    bands: tuple[Band, ...] = Field(min_length=1)
    rounding: int = Field(default=2, ge=0, le=6)
    full: Decimal = Decimal(100)

    @model_validator(mode="before")
    @classmethod
    def _close_upwards(cls, data: Any) -> Any:
        """Give each band without an upper end the lower end of the band above it."""
        if not isinstance(data, dict) or not isinstance(data.get("bands"), list | tuple):
            return data
        bands = [dict(band) if isinstance(band, dict) else band for band in data["bands"]]
        if not all(isinstance(band, dict) and "low" in band for band in bands):
            return data
        above: Any = data.get("full", 100)
        for band in sorted(bands, key=lambda band: Decimal(str(band["low"])), reverse=True):
            if band.get("high") is None:
                band["high"] = above
            above = band["low"]
        return {**data, "bands": bands}

    @model_validator(mode="after")
    def _no_hole_and_no_overlap(self) -> "GradeTable":
        rising = sorted(self.bands, key=lambda band: band.low)
        for band in rising:
            if band.low >= band.high:
                raise ValueError(f"等级“{band.label}”的下限{band.low}不小于上限{band.high}")
        for lower, upper in pairwise(rising):
            if lower.high < upper.low:
                raise ValueError(
                    f"“{lower.label}”与“{upper.label}”之间有空档：{lower.high}至{upper.low}分无等级"
                )
            if lower.high > upper.low:
                raise ValueError(
                    f"“{lower.label}”与“{upper.label}”重叠：{upper.low}至{lower.high}分有两个等级"
                )
        if rising[0].low != 0:
            raise ValueError(f"等级须从0分起，现在从{rising[0].low}分起")
        if rising[-1].high != self.full:
            raise ValueError(f"最高等级须到满分{self.full}，现在到{rising[-1].high}")
        for name in ("key", "label"):
            values = [getattr(band, name) for band in self.bands]
            if len(set(values)) != len(values):
                raise ValueError(f"等级的{name}有重复：{'、'.join(values)}")
        return self

    def rounded(self, total: Decimal) -> Decimal:
        """The total as it is compared: `rounding` decimals, half up."""
        return round_half_up(total, self.rounding)

    def grade(self, total: Decimal) -> Band:
        """The band of a total. ValueError when the rounded total lies outside 0 to `full`."""
        compared = self.rounded(total)
        if not 0 <= compared <= self.full:
            raise ValueError(f"{self.label}：总分{compared}不在0至{self.full}分之间，无法定级")
        return next(band for band in self.falling if compared >= band.low)

    def band(self, key: str) -> Band:
        """The band named `key`. LookupError when the table has none."""
        for band in self.bands:
            if band.key == key:
                return band
        raise LookupError(f"{self.label}没有等级“{key}”，只有：{'、'.join(band.key for band in self.bands)}")

    @property
    def falling(self) -> tuple[Band, ...]:
        """The bands from the best to the worst."""
        return tuple(sorted(self.bands, key=lambda band: band.low, reverse=True))
