"""Messy text to exact values: numbers, amounts, rates, dates and targets, understood or named, never guessed."""

from jiheng.rules.reading.amounts import AmountReading, money_unit, read_amount, unit_slip
from jiheng.rules.reading.characters import plain, published
from jiheng.rules.reading.dates import Period, read_date, read_period
from jiheng.rules.reading.numbers import Quantity, is_blank, read_number, read_percent, read_quantity
from jiheng.rules.reading.problem import Problem
from jiheng.rules.reading.targets import Target, read_target
from jiheng.rules.reading.units import factor_between, unit_of

__all__ = [
    "AmountReading", "Period", "Problem", "Quantity", "Target", "factor_between", "is_blank", "money_unit", "plain",
    "published", "read_amount", "read_date", "read_number", "read_percent", "read_period", "read_quantity",
    "read_target", "unit_of", "unit_slip",
]  # fmt: skip
