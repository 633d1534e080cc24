"""The published rate of execution follows from the published amounts."""

from decimal import Decimal

from jiheng.rules.published.form import Budget, Finding, PublishedForm
from jiheng.rules.published.plain_figures import short

TEN_THOUSAND = Decimal(10000)
TELLING = Decimal(5)
PLACES = Decimal("0.0001")


def rate_agrees(budget: Budget) -> bool | None:
    """Whether one reading of the printed rate lies within half a unit of its last decimal; None if not checkable."""
    base, executed = budget.base.value, budget.executed.value
    if base is None or not budget.rate.readings:
        return None
    if base == 0:
        return not all(points > 0 for points, _ in budget.rate.readings)
    if executed is None:
        return None
    return _gives(budget, executed, base) or unit_slip(budget)


def _gives(budget: Budget, executed: Decimal, base: Decimal) -> bool:
    return any(
        abs(executed * 100 - points * base) <= half * abs(base) for points, half in budget.rate.readings
    )


def unit_slip(budget: Budget) -> bool:
    """Whether the rate is right once one of the two amounts is taken ten thousand times smaller or larger.

    Then 元 and 万元 were mixed up in print; the amounts themselves agree.
    """
    base, executed = budget.base.value, budget.executed.value
    if not base or not executed or _gives(budget, executed, base):
        return False
    if not all(points >= TELLING and half * 10 <= points for points, half in budget.rate.readings[-1:]):
        return False  # a rate of nought follows from any slip
    return _gives(budget, executed, base * TEN_THOUSAND) or _gives(budget, executed * TEN_THOUSAND, base)


def find(form: PublishedForm) -> list[Finding]:
    """执行率 = 全年执行数 ÷ 全年预算数 (年初预算数 where there is no adjusted one); none above a zero budget."""
    budget = form.budget
    if rate_agrees(budget) is not False:
        return []
    if budget.base.value == 0:
        words = f"预算数为0，执行数{budget.executed.text or '未列'}，不能有执行率"
    else:
        exact = (budget.executed.value or Decimal(0)) * 100 / (budget.base.value or Decimal(1))
        words = f"{short(budget.executed)}÷{short(budget.base)}＝{exact.quantize(PLACES):f}%"
    return [Finding("execution_rate", "项目资金·执行率", budget.rate.text, words)]
