"""Amounts of made-up projects, as unequal as those of real budgets: many small ones, and a few that hold most of the money.

The mean is published: 142.4亿 in 1,253 self-evaluated projects of 郑州 (2021). How unequal they are is not, but bounded:
30 of them were evaluated in depth and hold 50.3亿, which no log-normal spread below 1.6 allows; the 69 published tables
that name an amount spread by 2.4 (quartiles of the logarithm), of many places and hence wider than one city's.
Never use it for anything but measuring and trials.
"""

from math import exp, log
from random import Random

MEAN_WAN = 1_136
LEAST_SPREAD, SPREAD, WIDEST_SPREAD = 1.6, 2.0, 2.4
"""Standard deviation of the natural logarithm: the least that the published figures allow, what the city has, the tables'."""
LEAST_FEN = 1_000_000  # one 万元: no project is listed for less


def amount_fen(luck: Random, spread: float = SPREAD) -> int:
    """Return the money of one project in fen, in whole 百元: log-normal of the published mean."""
    middle = log(MEAN_WAN) - spread * spread / 2
    return max(LEAST_FEN, round(exp(luck.gauss(middle, spread)) * 100) * 10_000)
