"""A policy's promise is carried by its projects: amounts add up, rates hold in each of them."""

from decimal import Decimal

import pytest

from jiheng.rules.policy_goals import Part, carried
from jiheng.rules.transfers import PromisedRow


def row(value: str, operator: str = ">=", unit: str = "台", name: str = "购置设备", level2: str = "数量指标") -> PromisedRow:
    sign = {">=": "≥", "<=": "≤", "=": "="}[operator]
    return PromisedRow("k", name, level2, operator, Decimal(value), None, unit, f"{sign}{value}{unit}")


def parts(*values: str, operator: str = ">=", unit: str = "台", level2: str = "数量指标") -> list[Part]:
    return [Part(f"项目{at}", row(value, operator, unit, level2=level2)) for at, value in enumerate(values, 1)]


@pytest.mark.feature("3.01")
@pytest.mark.parametrize(
    ("values", "gap"),
    [(("70", "49"), "各项目合计119台，政策目标≥120台，少1台"), (("70", "50"), ""), (("70", "51"), "")],
)
def test_amounts_of_projects_make_what_the_policy_promises(values: tuple[str, ...], gap: str) -> None:
    found = carried(row("120"), parts(*values))
    assert found.total == sum(map(Decimal, values))
    assert list(found.gaps) == ([gap] if gap else [])


@pytest.mark.parametrize(("value", "short"), [("101", True), ("100", False), ("99", False)])
def test_what_may_not_be_exceeded_is_not_exceeded_together(value: str, short: bool) -> None:
    found = carried(row("300", "<=", "万元", "总成本", "成本指标"), parts("200", value, operator="<=", unit="万元", level2="成本指标"))
    assert bool(found.gaps) is short


@pytest.mark.parametrize(("value", "short"), [("89.9", True), ("90", False), ("91", False)])
def test_a_rate_holds_in_every_project(value: str, short: bool) -> None:
    promised = row("90", unit="%", name="满意度", level2="服务对象满意度指标")
    found = carried(promised, [Part("甲", row("95", unit="%", name="满意度")), Part("乙", row(value, unit="%", name="满意度"))])
    assert found.total is None
    assert list(found.gaps) == ([f"“乙”的“满意度”≥{value}%，低于政策目标≥90%"] if short else [])


def test_what_nobody_carries_and_what_cannot_be_compared_is_told() -> None:
    assert carried(row("120"), []).gaps == ("没有项目承担",)
    (first, second) = carried(row("120"), parts("120", unit="公里")).gaps
    assert "单位不同" in first
    assert "少120台" in second
    words = PromisedRow("k", "制度健全", "可持续影响指标", "qualitative", None, None, "", "制度健全")
    assert carried(words, [Part("甲", words)]).gaps == ()


def test_units_are_turned_into_each_other() -> None:
    assert carried(row("1.2", unit="万人", name="受益人数"), parts("7000", "5000", unit="人")).gaps == ()
