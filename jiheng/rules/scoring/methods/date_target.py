"""A date as target: full on time, then falling with the days of delay."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

from jiheng.rules.scoring.method import (
    Example,
    Indicator,
    Law,
    NotScored,
    Parameter,
    Points,
    Takes,
    Unsuitable,
    full_points,
    no_points,
    plain,
    scoring_method,
    worked_out,
)

PLANNED = Indicator(
    Decimal(10),
    target=date(2022, 10, 31),
    operator="<=",
    parameters={"start": date(2022, 7, 23), "late": "linear"},
)
BY_DAY = Indicator(
    Decimal(10),
    target=date(2022, 10, 31),
    operator="<=",
    parameters={"late": "per_day", "per_day": Decimal("0.5")},
)


@scoring_method(
    "按期完成",
    takes=Takes.DATE,
    laws=(Law.BOUNDED, Law.MET_IS_FULL, Law.BETTER_NEVER_LOSES),
    operators=("<=", "<", "="),
    parameters=(
        Parameter(
            "late",
            "逾期的算法：linear按工期比例，per_day按天扣分",
            str,
            "linear",
            choices=("linear", "per_day"),
        ),
        Parameter("start", "计划开始日期（按工期比例时必填）", date),
        Parameter("per_day", "每逾期一天扣几分（按天扣分时必填）", Decimal),
    ),
    examples=(
        Example(PLANNED, date(2022, 10, 31), "10.00"),
        Example(PLANNED, date(2022, 11, 20), "8.00"),
        Example(BY_DAY, date(2022, 11, 3), "8.50"),
        Example(BY_DAY, date(2023, 3, 1), "0.00"),
    ),
)
def date_target(indicator: Indicator, actual: date) -> Points:
    """在目标日期当天或之前完成得满分。逾期的，或按工期比例扣分：得分＝（1－逾期天数÷计划工期天数）×分值；
    或按天扣分：得分＝分值－逾期天数×每天扣分。扣完为止。
    """
    if not isinstance(indicator.target, date):
        raise NotScored("没有目标日期，请补填")
    days = (actual - indicator.target).days
    if days <= 0:
        return full_points(indicator, f"{actual.isoformat()}完成，未逾期")
    weight = Fraction(indicator.weight)
    if indicator.parameters["late"] == "per_day":
        per_day = indicator.parameters["per_day"]
        if per_day is None or per_day <= 0:
            raise Unsuitable("按天扣分须设置大于0的每天扣分（per_day）")
        left = weight - days * Fraction(per_day)
        shown = f"逾期{days}天，{plain(indicator.weight)}－{days}×{plain(per_day)}"
    else:
        start = indicator.parameters["start"]
        if start is None or start >= indicator.target:
            raise Unsuitable("按工期比例须设置早于目标日期的计划开始日期（start）")
        length = (indicator.target - start).days
        left = (1 - Fraction(days, length)) * weight
        shown = f"逾期{days}天，（1－{days}÷{length}）×{plain(indicator.weight)}"
    return worked_out(left, shown) if left > 0 else no_points(f"逾期{days}天，已扣完")
