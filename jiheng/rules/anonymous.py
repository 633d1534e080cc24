"""Texts without whose they are: names of bodies, places and people, numbers of papers, telephones and accounts."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

SHORTEST = 2
"""Signs from which on a name is looked for: a single one stands in too many words."""
_NUMBERS = (
    (re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)"), "（证件号码）"),
    (re.compile(r"(?<!\d)(?:1[3-9]\d{9}|0\d{2,3}[-－]\d{7,8})(?!\d)"), "（电话）"),
    (re.compile(r"(?<!\d)\d{12,19}(?!\d)"), "（账号）"),
    (re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+"), "（邮箱）"),
    (re.compile(r"[一-鿿]{1,10}[〔\[【(（]\d{4}[〕\]】)）]\s*\d+\s*号"), "有关文件"),
)
_BODY = re.compile(
    r"(?P<name>[一-鿿]{2,8}?)(?:镇|乡|街道|社区|村|小学|中学|学校|幼儿园|医院|卫生院|公司|集团|敬老院|福利院|合作社|园区)"
)
_GENERAL = re.compile(r"[各全每个所该本某]|乡$|行政$|自然$|有限|相关|项目|建设|城市|农村|多|等|和|与|及|的")
MOST_DOUBTS = 20


@dataclass(frozen=True)
class Body:
    """A body whose name is hidden, with what stands for it."""

    name: str
    instead: str


def names_of(bodies: Iterable[Body], places: Iterable[str], people: Iterable[str]) -> list[tuple[str, str]]:
    """Return what is replaced by what, the longest first: whole names, those with a short place in front, and with none."""
    found: dict[str, str] = {}
    areas = [one for one in places if len(one) > SHORTEST]
    for one in bodies:
        found.setdefault(one.name, one.instead)
        for area in areas:
            for front in (area, area[:-1]):
                short = one.name.removeprefix(front)
                if short != one.name and len(short) > SHORTEST:
                    found.setdefault(short, one.instead)
                    found.setdefault(area[:-1] + short, one.instead)
    for area in areas:
        found.setdefault(area, f"本{area[-1]}")
        found.setdefault(area[:-1], "本地")
    for person in people:
        found.setdefault(person, "某同志")
    return sorted(((name, put) for name, put in found.items() if len(name) >= SHORTEST), key=lambda pair: (-len(pair[0]), pair[0]))


def anonymised(text: str, names: Sequence[tuple[str, str]]) -> str:
    """Return a text in which every name is replaced, and every number that leads to a person or a paper."""
    if names:
        instead = dict(names)
        text = re.sub("|".join(re.escape(name) for name, _ in names), lambda found: instead[found[0]], text)
    for pattern, put in _NUMBERS:
        text = pattern.sub(put, text)
    return text


def doubts(text: str) -> list[str]:
    """Return what still looks like the name of a village, school or company, for a person to look at; at most twenty."""
    found = dict.fromkeys(one[0] for one in _BODY.finditer(text) if not _GENERAL.search(one["name"]))
    return list(found)[:MOST_DOUBTS]
