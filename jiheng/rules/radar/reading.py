"""What a project says, read for comparison: its core words, named things, parts, kinds of work, quantities."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from jiheng.rules.chinese import plain
from jiheng.rules.radar.facts import ProjectFacts
from jiheng.rules.radar.words import (
    FACILITIES,
    GENERAL,
    INSTITUTIONS,
    ONCE,
    PLACES,
    RUNNING,
    STOPS,
    SUBORDINATE,
    SYNONYMS,
    WORKS,
)

READ = 400
"""Signs of the content that are read: what comes later seldom tells projects apart, and memory stays bounded."""
_GRAMS = 180


def _any(words: Iterable[str]) -> str:
    return "|".join(map(re.escape, sorted(set(words), key=lambda word: (-len(word), word))))


_FIRST = {plain(word): plain(group[0]) for group in reversed(SYNONYMS) for word in group}
_FOLD = re.compile(_any(_FIRST))
_DIGITS = {sign: str(at) for at, sign in enumerate("〇一二三四五六七八九十")}
_PERIOD = re.compile(
    r"(?:19|20)\d\d\s*(?:[-—~至到]\s*(?:(?:19|20)\d\d)?)?\s*年?(?:度|第[一二三四1-4]季度|[上下]半年)?|\d{1,2}月(?:份)?"
)
_BATCH = re.compile(r"第?[一二三四五六七八九十\d]{1,3}批次?")
_PHASE = re.compile(r"[第(（]?([一二三四五六七八九十\d]{1,2})期(?:工程)?[)）]?")
_PART = re.compile(
    r"第?([一二三四五六七八九十\d]{1,3}|[a-f甲乙丙丁])(?:号)?(?:标段|标包|标|分包|采购包|包|部分|子项|单元|片区|号楼|栋|楼层|层|阶段|分项)"
    r"|([东西南北中上下前后左右])(?:段|片区|片|区域|侧|半幅|线|院区|区块)|[（(]([一二三四五六七八九十\d]{1,2}|[a-f东西南北中上下甲乙丙丁])[)）]"
)
_QUANTITY = re.compile(
    r"(\d[\d,]*(?:\.\d+)?)\s*(万?(?:平方公里|平方米|立方米|公里|千米|人次|台套|点位|㎡|m2|km|kw|[^\W\d_])|[%％])"
)
_UNITS = {"千米": "公里", "km": "公里", "m": "米", "㎡": "平方米", "m2": "平方米", "台套": "台", "套": "台", "kw": "千瓦", "棵": "株", "部": "台"}
_DATES = frozenset("年月日号")
"""What is counted so says when, not how much: two projects of one year have no quantity in common."""
_RUN = re.compile(r"[a-z0-9]+|[^\W_a-z0-9]+")
_GENERAL = re.compile(_any(plain(word) for word in GENERAL))
_STOP = re.compile(_any(plain(word) for word in (*STOPS, *GENERAL)))
GENERAL_WORDS = re.compile(_any((*map(plain, (*STOPS, *GENERAL)), *(word for _, words in WORKS for word in words))))
"""Words that nearly every application has, or that say what is done rather than what for."""
_THING = re.compile(rf"([^|\W_]{{2,8}}?)({_any(FACILITIES)})")
_LASTING = re.compile(_any(word for word in FACILITIES if len(word) > 1))
_SERVICE = re.compile(r"服务(?:费|采购|委托)?$|活动|照护|演出|比赛|演练")
_PER = re.compile("每户|户均|每人|人均|每月|按月|每生|生均")
_LEADING = re.compile(rf"^(?:{_any({*_FIRST.values(), *map(plain, STOPS)})})+(?=..)")
_PLACE = re.compile(rf"([^|\W_]{{2,5}}?)({_any(PLACES)})")
_SUB = re.compile(_any(plain(word) for word in SUBORDINATE))
_RUNNING = re.compile(_any(RUNNING))
_BODY = re.compile(rf"(?:{_any(INSTITUTIONS)})(?:[(（].*[)）])?$")
_WORKS = tuple((label, re.compile(_any(words))) for label, words in WORKS)
_VAGUE = frozenset((*FACILITIES, *PLACES, "集镇", "乡镇", "小城镇", "村镇", "农村", "乡村"))


@dataclass(frozen=True, slots=True)
class Reading:
    """A project as it is compared.

    `core` is the folded name without years, parts and general words; `head` the first two signs that are not among
    the words that many use: they name what the project is about; `yearly` is work that is done anew every year,
    `lasting` a thing that stands for years; `things` and `places` are what the name calls by a name of its own; `works` are told by the name.
    """

    core: str
    head: str
    content: str
    parts: frozenset[str]
    phase: str
    things: frozenset[str]
    places: frozenset[str]
    subs: frozenset[str]
    works: frozenset[str]
    yearly: bool
    lasting: bool
    quantities: frozenset[str]
    body: str
    running: bool


def fold(text: str) -> str:
    """Return a text with every word replaced by the first of its synonyms."""
    return _FOLD.sub(lambda found: _FIRST[found[0]], text)


def read(facts: ProjectFacts) -> Reading:
    """Read what a project says of itself; the name of its own place is no news within it."""
    name = _without_place(plain(facts.name), facts)
    name = _BATCH.sub("", _PERIOD.sub("", name))
    phases = _PHASE.findall(name)
    unphased = _PHASE.sub("", name)
    parts = frozenset("".join(found) for found in _PART.findall(unphased))
    folded = fold(_PART.sub("", unphased))
    content = fold(_PERIOD.sub("", _without_place(plain(facts.content[:READ]), facts)))
    works = _works(folded)
    core = "".join(_RUN.findall(_GENERAL.sub("", folded)))
    things, places = _things(plain(facts.object) + "|" + unphased), _named(_PLACE, unphased)
    return Reading(
        core=core,
        head=_LEADING.sub("", core)[:2] or core[:2],
        content=" ".join(_RUN.findall(_GENERAL.sub(" ", content))),
        parts=parts,
        phase=_DIGITS.get(phases[0], phases[0]) if phases else "",
        things=things,
        places=places,
        subs=frozenset(_SUB.findall(folded)),
        works=works,
        yearly=bool(works - {ONCE}) or _SERVICE.search(core) is not None or _PER.search(content) is not None,
        lasting=bool(things or places) or _LASTING.search(unphased) is not None,
        quantities=_quantities(plain(facts.content[:READ]) + " " + plain(facts.name)),
        body=facts.unit if _BODY.search(facts.unit) else "",
        running=facts.running or bool(_RUNNING.search(facts.name)),
    )


def grams(text: str) -> list[str]:
    """Return the signs and pairs of neighbouring signs of a text, each once, in their order."""
    found: dict[str, None] = {}
    for run in _RUN.findall(text):
        if run.isascii():
            found[run] = None
            continue
        for at, sign in enumerate(run):
            found[sign] = None
            if at:
                found[run[at - 1 : at + 1]] = None
    return list(found)[:_GRAMS]


def _without_place(text: str, facts: ProjectFacts) -> str:
    for one in (facts.place, *facts.above):
        name = plain(one)
        if len(name) >= 2:
            text = text.replace(name, "")
    return text


def bare(text: str) -> str:
    """Return a text without the words that end a name to the left, and without what nearly every application says."""
    return _STOP.sub("", text)


def _works(text: str) -> frozenset[str]:
    """Return the kinds of work of a text; what is looked after is not built, however it is worded."""
    found = [label for label, pattern in _WORKS if pattern.search(text)]
    return frozenset(found[:1] if ONCE in found else found)


def _things(text: str) -> frozenset[str]:
    return _named(_THING, _PHASE.sub("|", text))


def _named(pattern: re.Pattern[str], text: str) -> frozenset[str]:
    """Return what is called by a name of its own: at least two signs before the word that says what it is."""
    found = set()
    for segment in _STOP.sub("|", _PART.sub("|", text)).split("|"):
        for stem, end in pattern.findall(segment):
            if not any(sign.isdigit() for sign in stem):
                found.add(stem + end)
    return frozenset(found - _VAGUE)


def _quantities(text: str) -> frozenset[str]:
    found = set()
    for number, unit in _QUANTITY.findall(text):
        figure = number.replace(",", "")
        value = float(figure)
        ten = unit.startswith("万")
        plain_unit = unit.removeprefix("万")
        plain_unit = _UNITS.get(plain_unit, plain_unit)
        if plain_unit in _DATES:
            continue
        if plain_unit == "公里":
            value, plain_unit = value * 1000, "米"
        found.add(f"{value * (10_000 if ten else 1):g}{plain_unit}")
    return frozenset(found)
