"""Figures that are left open: 约、近、余、多、几、数、左右, half, fractions, spans; named, never rounded to one number."""

import re

from jiheng.rules.reading.numerals import DIGITS, NUMERALS
from jiheng.rules.reading.problem import Problem

FIGURE = r"[-+]?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?"
"""An Arabic figure: optional sign, thousands separators only where they belong, decimals."""
NUMBER = rf"(?:{FIGURE}|[{NUMERALS}]+)"
UNIT = r"[A-Za-z\u4e00-\u9fff/·()%‰㎡°℃]{0,8}"
STEP = "十百千万亿"
NEIGHBOURS = "一二|一两|二三|两三|三四|三五|四五|五六|六七|七八|八九"
COUNTED = "个人名位户家件次项套台辆条座处场期批份册本篇只头株天日月年元亩吨米"

MORE = re.compile(rf"({NUMBER}) ?([{STEP}]*)(?:多|余|来)({UNIT})")
PLUS = re.compile(rf"({NUMBER} ?{UNIT}?)\+")
FEW = re.compile(
    rf"[{NUMERALS}]+几[{STEP}]*{UNIT}|(?:好?几|数)[{STEP}]+{UNIT}|好?几(?:[{COUNTED}]{UNIT})?|若干{UNIT}"
    rf"|[{STEP}]+(?:多|余|来){UNIT}|(?:上|近|约|将近|接近|过|逾|超|好|成)[{STEP}]+[{COUNTED}]?{UNIT}"
    rf"|成[百千]上[千万]{UNIT}|千百{UNIT}|(?:[{NUMERALS}]*[{STEP}])?(?:{NEIGHBOURS})[{STEP}]*(?:[{COUNTED}]{UNIT}|%)?"
)
BARE_STEP = re.compile(rf"[百千万亿][{COUNTED}]次?")
HALF = re.compile(
    rf"(?:大|小|多|过|近|前|后)?半(?:数|[{COUNTED}][{COUNTED}]?)?|[一大小]半|{NUMBER}个半[{COUNTED}]?{UNIT}|{NUMBER}[{COUNTED}]半"
)
FRACTION = re.compile(rf"{NUMBER} ?/ ?{FIGURE}.*|({NUMBER})分之{NUMBER}{UNIT}|{FIGURE} ?[:：] ?{FIGURE}")
SPAN = re.compile(rf"{NUMBER} ?{UNIT}?(?:-+|—+|~+|至|到) ?{NUMBER} ?{UNIT}")
SEVERAL = re.compile(rf"{NUMBER} ?{UNIT}?[、;] ?{NUMBER} ?{UNIT}")

ABOUT_WORDS = ("是约数，没有确切的数", "请填写确切的数，或写成区间、上下限")


def about_problem(shown: str) -> Problem:
    """The text names no definite figure (三十多、近百、50左右)."""
    return Problem(shown, *ABOUT_WORDS)


def without_more(text: str) -> str | None:
    """The text without 多、余、来 or + behind its figure (50余万元 → 50万元); None where it has none.

    What comes back is not the figure that was meant; it may only be shown as about it.
    """
    more = MORE.fullmatch(text)
    if more and not (more[1][-1] in STEP and set(more[1]) <= set(STEP)):
        return f"{more[1]}{more[2]}{more[3]}"
    plus = PLUS.fullmatch(text)
    return plus[1] if plus else None


def open_problem(text: str, shown: str) -> Problem | None:
    """Why a plain text names no single figure, if it is one of the usual ways to leave it open.

    Units and prose are none: 1次/月, 十分满意, 数量 come back as None.
    """
    if text in DIGITS:
        return None
    if FRACTION.fullmatch(text):
        if re.match("[百千万]分之", text):
            return None
        return Problem(shown, "像是分数、比例或日期，不是一个数", "请写成小数或百分比")
    if HALF.fullmatch(text):
        return Problem(shown, "里的“半”没有写成数字", "请用小数填写，例如 0.5 年")
    if MORE.fullmatch(text) or PLUS.fullmatch(text) or FEW.fullmatch(text):
        return about_problem(shown)
    if SPAN.fullmatch(text):
        return Problem(shown, "是区间，不是一个数", "请只填一个数")
    if SEVERAL.fullmatch(text):
        return Problem(shown, "写了不止一个数", "请只填一个数")
    return None
