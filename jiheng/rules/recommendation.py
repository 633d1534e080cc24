"""Which indicators suit a project: proposed by the words of the project, by alike projects and by the library.

Deterministic, without a model: pairs of characters weighed by how rare they are, synonyms kept as data, the nearest
projects whose indicators are known, and a balance of the branches, so that what is proposed is a whole goal and not
ten quantities. Every proposal says in words why it is made.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from math import log, sqrt
from statistics import median

from jiheng.rules.chinese import plain
from jiheng.rules.indicator_statistics import ENOUGH as ALWAYS
from jiheng.rules.reading import read_target

Groups = Sequence[Sequence[str]]

_BRACKETS = re.compile(r"[（(【\[][^（()）】\]]*[)）】\]]")
_PLACEHOLDER = re.compile(r"[（(][^（()）]*[*≥≤≧≦%％][^（()）]*[)）]|\d+(?:\.\d+)?[%％]\s*$|[%％]\s*$")
_FILLER = re.compile(r"[★☆*≥≤≧≦><=＝═%％‰_]|大于等于|小于等于|不低于|不少于|不超过|以上|以下")
_RUN = re.compile(r"[a-z]+|[^\W_a-z0-9]+")
_HEAD = re.compile(r"^(?:本年度|年度|当年|项目|工程|任务|各项|全部|相关|完成)+(?=..)")
_GENERAL = re.compile(
    "项目区|受益|周边|周围|辖区|内|全县|全区|全市|当地|项目|工程|任务|工作|建设|服务|社会|群众|对象|群体|人员|人口|本年度|"
    "年度|总体|整体|各项|质量|完成|实施|达到|的|对|与|及|和"
)
MEASURES: Sequence[tuple[tuple[str, ...], bool]] = (
    (("满意度",), True),
    (("合格率",), True),
    (("及时率", "按时率", "及时性", "按时性", "完工时间", "完成时间", "实施时间"), True),
    (("成本控制率", "成本控制数", "成本控制", "总成本", "预算控制率"), True),
    (("覆盖率",), False),
    (("知晓率",), True),
    (("人次", "人口数", "户数"), False),
)
"""Measures by their possible ends, and whether one without an object is the general form of one with."""
_COMMON = frozenset(
    "项目 目资 资金 专项 补助 助资 经费 年度 指标 目标 工作 完成 建设 情况 实施 标准 程度 数量 金额 单位 全县 全市 县区".split()
)
"""Pairs that stand in nearly every project's name: they count a little, but are no reason to tell a person."""
LONGEST_NAME = 18
"""Signs of a name from which on a row is a sentence about one project, not an indicator for another."""
BRANCHES: Mapping[str, str] = {
    "满意": "满意度",
    "数量": "数量",
    "质量": "质量",
    "时效": "时效",
    "成本": "成本",
    "经济": "经济效益",
    "社会": "社会效益",
    "生态": "生态效益",
    "环境": "生态效益",
    "持续": "可持续影响",
}


@dataclass(frozen=True)
class Weights:
    """How much each ground counts; found on one half of the published tables (`docs/recommendation.md`)."""

    words: float = 0.3
    family: float = 0.3
    alike: float = 0.5
    usual: float = 1.5
    measure: float = 1.0
    sector: float = 0.3
    category: float = 0.8
    balance: float = 0.6
    again: float = 0.3
    floor: float = 0.05
    own: float = 3.0
    chosen: float = 0.5
    nearest: int = 8
    core: float = 0.2


@dataclass(frozen=True)
class Project:
    """What is known of a project before it has indicators."""

    name: str
    content: str = ""
    sector: str = ""
    category: str = ""
    department: str = ""
    fund: str = ""


@dataclass(frozen=True)
class Row:
    """One indicator of a project that is known: as written, with its value and unit."""

    name: str
    level1: str
    level2: str
    value: str = ""
    unit: str = ""


@dataclass(frozen=True)
class Example:
    """A project whose indicators are known. `own` where it is the same project in an earlier year."""

    project: Project
    rows: tuple[Row, ...]
    own: bool = False


@dataclass(frozen=True)
class Offered:
    """An indicator that can be proposed; `picks` of the place's goals have it, `met` of `judged` rows reached it.

    `core` says that the library marks it as a core indicator: among those that suit it is preferred.
    """

    key: Hashable
    name: str
    level1: str
    level2: str
    sector: str = ""
    category: str = ""
    purpose: str = ""
    aliases: tuple[str, ...] = ()
    about: str = ""
    value: str = ""
    unit: str = ""
    picks: int = 0
    judged: int = 0
    met: int = 0
    core: bool = False


@dataclass(frozen=True)
class Suggested:
    """A value for an indicator: what alike projects promised in the same unit, else the library's own."""

    value: str
    unit: str
    number: int = 0
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Proposed:
    """An indicator that is proposed, why, and with which value."""

    offered: Offered
    score: float
    reasons: tuple[str, ...]
    value: Suggested
    projects: tuple[str, ...] = ()


def branch_of(level1: str, level2: str) -> str:
    """Return the branch of an indicator, however its levels are written; its own level 2 when none is known."""
    for text in (level2, level1):
        for sign, branch in BRANCHES.items():
            if sign in text:
                return branch
    return level2


def tidy(name: str) -> str:
    """Return an indicator's name without what only its form added: blanks, brackets, signs, placeholders, figures."""
    text = plain(name)
    bare = _BRACKETS.sub("", text)
    text = bare if len("".join(_RUN.findall(bare))) >= 2 else text
    return "".join(_RUN.findall(_FILLER.sub("", text)))


def shown(name: str) -> str:
    """Return a name as it is proposed to another project: without the placeholders and stars of its form."""
    return _PLACEHOLDER.sub("", name).strip(" *★☆") or name


@lru_cache(maxsize=8)
def _folds(groups: tuple[tuple[str, ...], ...]) -> tuple[re.Pattern[str] | None, dict[str, str]]:
    first = {plain(word): plain(group[0]) for group in reversed(groups) for word in group}
    words = sorted(first, key=lambda word: (-len(word), word))
    return (re.compile("|".join(map(re.escape, words))) if words else None), first


def folded(text: str, groups: Groups) -> str:
    """Return a text with every word replaced by the first of its group of synonyms."""
    pattern, first = _folds(tuple(tuple(group) for group in groups))
    return pattern.sub(lambda found: first[found[0]], text) if pattern else text


def concept_of(name: str, groups: Groups) -> str:
    """Return what two names of one indicator share: tidy, synonyms folded, without a general word at the head."""
    text = folded(tidy(name), groups)
    return _HEAD.sub("", text) or text


def same_sense(one: str, other: str, groups: Groups) -> bool:
    """Whether two names measure the same thing, though one says it more generally: 验收合格率, 修缮工程验收合格率.

    They are one concept; or they end in the same measure (`MEASURES`) and one names no particular object, or both
    name objects that share a word; or three quarters of their pairs of characters are shared and their ends agree.
    """
    left, right = concept_of(one, groups), concept_of(other, groups)
    if left == right:
        return True
    for ends, open_ in MEASURES:
        mine, theirs = (next((text.removesuffix(end) for end in ends if text.endswith(end)), None) for text in (left, right))
        if (mine is None) != (theirs is None):
            return False
        if mine is not None and theirs is not None:
            mine, theirs = _object(mine), _object(theirs)
            if open_ and not (mine and theirs):
                return True
            return bool(set(_pairs(mine)) & set(_pairs(theirs))) or (mine == theirs and bool(mine))
    return left[-2:] == right[-2:] and likeness(left, right) >= 0.75


def measure_of(concept: str) -> str:
    """Return the measure in which a concept ends, by the first of its ends; "" when it is none of `MEASURES`."""
    return next((ends[0] for ends, _ in MEASURES if concept.endswith(ends)), "")


@lru_cache(maxsize=100_000)
def is_general(concept: str) -> bool:
    """Whether a concept is a measure without a particular object, as fits any project: 完成及时率, 服务对象满意度."""
    rest = next((concept.removesuffix(end) for ends, _ in MEASURES for end in ends if concept.endswith(end)), None)
    return rest is not None and not _object(rest)


def likeness(one: str, other: str) -> float:
    """Return how alike two texts are: twice the shared pairs of characters by all of them (Dice), 0 to 1."""
    left, right = Counter(_pairs(one)), Counter(_pairs(other))
    total = left.total() + right.total()
    return 2 * (left & right).total() / total if total else 0.0


def _object(text: str) -> str:
    return _GENERAL.sub("", text)


def _pairs(text: str) -> list[str]:
    return [text[at : at + 2] for at in range(len(text) - 1)]


def _terms(text: str, groups: Groups) -> list[str]:
    found: list[str] = []
    for run in _RUN.findall(folded(plain(text), groups)):
        found += [run] if run.isascii() else _pairs(run)
    return found


@dataclass
class _Index:
    """Documents of weighed terms, for BM25 and for the likeness of projects."""

    documents: list[Counter[str]] = field(default_factory=list)
    where: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))

    def add(self, terms: Counter[str]) -> None:
        for term in terms:
            self.where[term].append(len(self.documents))
        self.documents.append(terms)

    def rarity(self, term: str) -> float:
        number = len(self.where.get(term, ()))
        return log(1 + (len(self.documents) - number + 0.5) / (number + 0.5))

    def fits(self, asked: Mapping[str, float]) -> dict[int, float]:
        """Return BM25 of every document that shares a term with what is asked."""
        if not self.documents:
            return {}
        lengths = [one.total() for one in self.documents]
        usual = sum(lengths) / len(lengths) or 1.0
        found: dict[int, float] = defaultdict(float)
        for term, weight in sorted(asked.items()):
            rarity = self.rarity(term)
            for at in self.where.get(term, ()):
                times = self.documents[at][term]
                found[at] += weight * rarity * times * 2.2 / (times + 1.2 * (0.25 + 0.75 * lengths[at] / usual))
        return found

    def nearness(self, asked: Counter[str]) -> dict[int, float]:
        """Return the cosine of every document that shares a term, terms weighed by how rare they are; 0 to 1."""
        found: dict[int, float] = defaultdict(float)
        for term, times in sorted(asked.items()):
            weight = self.rarity(term) ** 2 * (1 + log(times))
            for at in self.where.get(term, ()):
                found[at] += weight * (1 + log(self.documents[at][term]))
        size = self._size(asked)
        return {at: value / (size * self._size(self.documents[at]) or 1.0) for at, value in found.items()}

    def _size(self, terms: Counter[str]) -> float:
        return sqrt(sum((self.rarity(term) * (1 + log(times))) ** 2 for term, times in sorted(terms.items())))


@dataclass
class _Merged:
    """All that is known of one concept: the offered indicator that stands for it, and the projects that have it."""

    offered: Offered
    at: int
    users: dict[int, Row] = field(default_factory=dict)


@dataclass(frozen=True)
class _Chosen:
    """The rows that a goal has: how many are known, their classes with how often, the other projects that have one."""

    number: int
    classes: Counter[tuple[str, str]]
    users: frozenset[int]


class Recommender:
    """An index over what can be proposed and over the projects whose indicators are known."""

    def __init__(
        self,
        offered: Iterable[Offered],
        examples: Iterable[Example],
        groups: Groups,
        weights: Weights | None = None,
    ) -> None:
        self.groups, self.weights = groups, weights or Weights()
        self.examples = list(examples)
        self.concepts: dict[str, _Merged] = {}
        self._known: dict[str, str] = {}
        for one in offered:
            self._offer(one)
        for number, example in enumerate(self.examples):
            for row in example.rows:
                self._use(number, row)
        self._texts, self._families, self._projects = _Index(), _Index(), _Index()
        self._family_of: dict[str, int] = {}
        self._measures: list[list[str]] = []
        self._index()

    def _offer(self, one: Offered) -> None:
        concept = concept_of(one.name, self.groups)
        if not concept:
            return
        self.concepts.setdefault(concept, _Merged(one, len(self.concepts)))
        self._known.setdefault(concept, concept)
        for alias in one.aliases:
            self._known.setdefault(concept_of(alias, self.groups), concept)

    def _use(self, number: int, row: Row) -> None:
        concept = self.concept(row.name)
        if not concept or (concept not in self.concepts and not 3 <= len(concept) <= LONGEST_NAME):
            return
        if concept not in self.concepts:
            made = Offered(("row", concept), shown(row.name), row.level1, row.level2, unit=row.unit)
            self.concepts[concept] = _Merged(made, len(self.concepts))
        self.concepts[concept].users.setdefault(number, row)

    def concept(self, name: str) -> str:
        """Return the concept of a name; an alias of an offered indicator is that indicator."""
        concept = concept_of(name, self.groups)
        return self._known.get(concept, concept)

    def _index(self) -> None:
        families: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
        for merged in self.concepts.values():
            one = merged.offered
            terms = Counter(_terms(one.name, self.groups) * 3)
            terms.update(term for alias in one.aliases for term in _terms(alias, self.groups))
            terms.update(_terms(f"{one.category} {one.purpose}", self.groups) * 2)
            terms.update(_terms(f"{one.sector} {one.about}", self.groups))
            self._texts.add(terms)
            if one.category:
                families[one.sector, one.category].update(terms)
        for at, (key, terms) in enumerate(sorted(families.items())):
            own = Counter({term: min(times, 6) for term, times in terms.items()})
            own.update(_terms(key[1], self.groups) * 12)
            self._families.add(own)
            self._family_of["\t".join(key)] = at
        for example in self.examples:
            self._measures.append(sorted({measure_of(self.concept(row.name)) for row in example.rows} - {""}))
            self._projects.add(Counter(self._asked(example.project)))

    def _asked(self, project: Project) -> Counter[str]:
        found = Counter(_terms(project.name, self.groups) * 3)
        found.update(_terms(f"{project.category} {project.sector}", self.groups) * 2)
        found.update(_terms(f"{project.content} {project.department} {project.fund}", self.groups))
        return found

    def near_projects(self, project: Project) -> list[tuple[int, float]]:
        """Return the nearest projects with their likeness, 0 to 1, the nearest first; own earlier years count whole."""
        found = self._projects.nearness(self._asked(project))
        near = {
            at: min(1.0, value + 0.1 * (bool(project.sector) and self.examples[at].project.sector == project.sector))
            for at, value in found.items()
        }
        near |= {at: 1.0 for at, one in enumerate(self.examples) if one.own}
        return sorted(near.items(), key=lambda pair: (-pair[1], pair[0]))[: self.weights.nearest]

    def scores(self, project: Project, *, without: Iterable[str] = ()) -> dict[str, float]:
        """Return the score of every concept for a project that has the rows `without` already."""
        asked = self._asked(project)
        log_asked = {term: 1 + log(times) for term, times in asked.items()}
        words = _scaled(self._texts.fits(log_asked))
        families = _scaled(self._families.fits(log_asked))
        near = self.near_projects(project)
        weights, found = self.weights, {}
        alike: dict[str, float] = defaultdict(float)
        whole = self._with_absent([value for _, value in near]) or 1.0
        near_at = dict(near)
        shares, measured = self._shares(project)
        same = {at for at, one in enumerate(self.examples) if project.sector and one.project.sector == project.sector}
        had = self._had(without)
        for concept, merged in self.concepts.items():
            alike[concept] = sum(near_at.get(at, 0.0) for at in merged.users) / whole
            one = merged.offered
            usual = shares.get(concept, 0.0) if len(merged.users) > 1 else 0.0
            within = len(same & merged.users.keys()) / (len(same) + 3)
            at_family = self._family_of.get(f"{one.sector}\t{one.category}")
            family = families.get(at_family, 0.0) if at_family is not None else 0.0
            fit = words.get(merged.at, 0.0)
            # What many use in a measure speaks for its general form (服务对象满意度); for one with an object of its own
            # (学生满意度) only as far as that suits by its words.
            suits = 1.0 if merged.users and is_general(concept) else min(1.0, fit + family)
            measure = measured.get(measure_of(concept), 0.0) * suits
            found[concept] = (
                weights.words * fit
                + weights.family * family
                + weights.alike * sqrt(alike[concept])
                + weights.usual * sqrt(usual)
                + weights.measure * sqrt(measure)
                + weights.sector * sqrt(within)
                + weights.own * any(self.examples[at].own for at in merged.users)
                + weights.category * _within(one.category, project.category)
                + weights.chosen * self._beside(merged, had)
            ) * (1 + weights.core * one.core)
        return found

    def _had(self, names: Iterable[str]) -> _Chosen:
        """Return what the rows of a goal say of the rows that still lack: their classes, and the projects that have them."""
        kept = [self.concepts[one] for one in {self.concept(name) for name in names} if one in self.concepts]
        classes = Counter((one.offered.sector, one.offered.category) for one in kept if one.offered.category)
        return _Chosen(len(kept), classes, frozenset(at for one in kept for at in one.users))

    @staticmethod
    def _beside(merged: _Merged, had: _Chosen) -> float:
        """Return how far an indicator goes with the rows that are there: of their class, used together with them; 0 to 1."""
        if not had.number:
            return 0.0
        of_class = had.classes[merged.offered.sector, merged.offered.category] / had.number
        together = len(had.users & merged.users.keys()) / (len(had.users) + 3)
        return min(1.0, of_class + together)

    def _shares(self, project: Project) -> tuple[dict[str, float], dict[str, float]]:
        """Return the share of all projects with a concept and with a measure, each counted by how alike it is."""
        found = self._projects.nearness(self._asked(project))
        counted = [found.get(at, 0.0) + self.weights.floor for at in range(len(self.examples))]
        whole = self._with_absent(counted) + 3 * self.weights.floor
        if not counted:
            return {}, {}
        concepts = {
            concept: sum(counted[at] for at in merged.users) / whole for concept, merged in self.concepts.items()
        }
        measures: dict[str, float] = defaultdict(float)
        for at, found_measures in enumerate(self._measures):
            for one in found_measures:
                measures[one] += counted[at] / whole
        return concepts, measures

    def _with_absent(self, counted: Sequence[float]) -> float:
        """Return the sum of what projects count, with as many absent ones of their mean as lack to the nearest asked.

        What the only goal of a place has is what one of eight has: a few goals do not outweigh the library.
        """
        absent = max(0, self.weights.nearest - len(counted))
        return sum(counted) * (1 + absent / len(counted)) if counted else 0.0

    def ranked(self, project: Project, limit: int = 10, *, without: Iterable[str] = ()) -> list[tuple[str, float]]:
        """Return the best concepts, branches balanced, without those that the project has already."""
        without = list(without)
        scores = self.scores(project, without=without)
        had = {self.concept(name) for name in without}
        taken: Counter[str] = Counter(
            branch_of(self.concepts[concept].offered.level1, self.concepts[concept].offered.level2)
            for concept in had
            if concept in self.concepts
        )
        measures: Counter[str] = Counter(measure_of(concept) for concept in had if measure_of(concept))
        open_ = sorted(
            ((concept, score) for concept, score in scores.items() if score > 0 and concept not in had),
            key=lambda pair: (-pair[1], self.concepts[pair[0]].at),
        )[: limit * 30]
        chosen: list[tuple[str, float]] = []
        while open_ and len(chosen) < limit:
            best = max(
                open_,
                key=lambda pair: (
                    pair[1]
                    / (1 + self.weights.balance * taken[self._branch(pair[0])])
                    / (1 + self.weights.again * measures[measure_of(pair[0])]),
                    -self.concepts[pair[0]].at,
                ),
            )
            open_.remove(best)
            taken[self._branch(best[0])] += 1
            if measure_of(best[0]):
                measures[measure_of(best[0])] += 1
            chosen.append(best)
        return chosen

    def _branch(self, concept: str) -> str:
        one = self.concepts[concept].offered
        return branch_of(one.level1, one.level2)

    def propose(self, project: Project, limit: int = 10, *, without: Sequence[str] = ()) -> list[Proposed]:
        """Return the best indicators for a project, each with its reasons in words and a value.

        `without` are the names of the rows that it has. Where the goal has no effect yet, at least one of the
        proposals is one: easy outputs alone are no goal.
        """
        chosen = self.ranked(project, limit, without=without)
        had = {self.concepts[one].offered for one in map(self.concept, without) if one in self.concepts}
        branches = {branch_of(one.level1, one.level2) for one in had}
        if limit > 1 and not any("效益" in one for one in branches | {self._branch(concept) for concept, _ in chosen}):
            more = self.ranked(project, limit * 10, without=without)
            effect = next((pair for pair in more if "效益" in self._branch(pair[0])), None)
            chosen = [*chosen[: limit - 1], effect] if effect else chosen
        near = self.near_projects(project)
        classes = {one.category for one in had if one.category}
        return [self._proposed(project, concept, score, near, branches, classes) for concept, score in chosen]

    def _proposed(
        self,
        project: Project,
        concept: str,
        score: float,
        near: list[tuple[int, float]],
        branches: set[str],
        classes: set[str],
    ) -> Proposed:
        merged = self.concepts[concept]
        one = merged.offered
        users = [at for at, _ in near if at in merged.users]
        examples = [self.examples[at] for at in users]
        reasons = [
            *self._of_itself(merged, users),
            *self._of_words(project, one),
            *self._of_others(project, merged, examples, len(near)),
            *_of_library(one),
        ]
        if one.category in classes:
            reasons.append(f"目标中已有“{one.category}”类的指标")
        branch = branch_of(one.level1, one.level2)
        if branches and branch not in branches:
            reasons.append(f"目标中还没有“{branch}”方面的指标")
        names = tuple(dict.fromkeys(example.project.name for example in examples))
        return Proposed(one, round(score, 4), tuple(reasons), self._value(merged, users), names)

    def _of_itself(self, merged: _Merged, users: Sequence[int]) -> list[str]:
        """Say that the project itself had the indicator before."""
        own = [merged.users[at] for at in users if self.examples[at].own]
        if not own:
            return []
        value = f"，当时的指标值是“{own[-1].value}{own[-1].unit}”" if own[-1].value else ""
        return [f"本项目以前年度用过{value}"]

    def _of_words(self, project: Project, one: Offered) -> list[str]:
        """Say which words of the project stand in the indicator, as written or by a synonym."""
        asked = plain(f"{project.name} {project.content} {project.category} {project.department} {project.fund}")
        told = plain(" ".join((one.name, *one.aliases, one.category, one.purpose, one.about)))
        shared = shared_words(asked, told)
        found = [f"项目写有“{'”“'.join(shared)}”，与指标一致"] if shared else []
        alike = []
        for group in self.groups:
            mine = next((word for word in group if word in asked and word not in told), "")
            theirs = next((word for word in group if word in told and word not in asked), "")
            if mine and theirs and not any(theirs in word or word in theirs for word in shared):
                alike.append(f"“{mine}”与“{theirs}”同义")
        return found + (["，".join(alike[:2])] if alike else [])

    def _of_others(
        self, project: Project, merged: _Merged, examples: Sequence[Example], asked: int
    ) -> list[str]:
        """Say how many of the nearest projects and of all have the indicator, and whether it is of the sector."""
        found = []
        others = [example for example in examples if not example.own]
        if others:
            names = "、".join(f"“{_short(one.project.name)}”" for one in others[:2])
            found.append(f"最相近的 {asked} 个项目中 {len(others)} 个采用，如{names}")
        if len(merged.users) > 1:
            found.append(f"可参照的 {len(self.examples)} 个项目中 {len(merged.users)} 个采用")
        one = merged.offered
        if _within(one.category, project.category):
            found.append(f"同属“{one.category}”类支出")
        elif _within(one.sector, project.sector):
            found.append(f"同属“{one.sector}”领域")
        elif not found and one.category:
            found.append(f"“{one.category}”类的指标，与项目用词相近")
        return found

    def _value(self, merged: _Merged, users: Sequence[int]) -> Suggested:
        """Return the project's own former value; the median of shares promised by three alike projects; the library's."""
        one = merged.offered
        own = [merged.users[at] for at in users if self.examples[at].own and merged.users[at].value]
        promised = sorted(
            figure for at in merged.users if (figure := _share(merged.users[at])) is not None
        )
        spread = (promised[0], promised[-1]) if promised else (None, None)
        if own:
            return Suggested(own[-1].value, own[-1].unit, len(promised), *spread)
        if len(promised) >= ENOUGH and one.unit in {"%", ""}:
            return Suggested(f"≥{median(promised):g}", "%", len(promised), *spread)
        return Suggested(one.value, one.unit, len(promised), *spread)


ENOUGH = 3
"""Shares promised by others from which on their median is a value to begin with."""


def _share(row: Row) -> float | None:
    """Return the per cent that a row promises at least; None for anything else: counts belong to their project."""
    target = read_target(row.value, unit=row.unit)
    if target.kind == "quantitative" and target.unit == "%" and target.value is not None and target.op in {">=", "=", ""}:
        return float(target.value)
    return None


def _of_library(one: Offered) -> list[str]:
    found = ["指标库中的核心指标"] if one.core else []
    if one.picks:
        found.append(f"本地区的目标选用过 {one.picks} 次")
    if one.judged:
        reach = f"自评过 {one.judged} 次，{one.met} 次达到（{100 * one.met / one.judged:.0f}%）"
        always = one.judged >= ALWAYS and one.met == one.judged
        found.append(reach + ("，总是达到，难以区分好坏" if always else ""))
    return found


def shared_words(asked: str, told: str, most: int = 4) -> list[str]:
    """Return the longest words that two texts share, the longest first; not those of nearly every project."""
    found: dict[str, None] = {}
    for run in _RUN.findall(asked):
        at = 0
        while at < len(run) - 1:
            size = 2
            if run[at : at + 2] not in told:
                at += 1
                continue
            while at + size < len(run) and run[at : at + size + 1] in told:
                size += 1
            word = run[at : at + size]
            if word not in _COMMON:
                found.setdefault(word)
            at += size
    ordered = sorted(found, key=lambda word: -len(word))
    kept: list[str] = []
    for word in ordered:
        if not any(word in longer for longer in kept):
            kept.append(word)
    return kept[:most]


def _short(name: str, longest: int = 24) -> str:
    return name if len(name) <= longest else f"{name[: longest - 1]}…"


def _within(one: str, other: str) -> bool:
    return bool(one and other) and (one in other or other in one)


def _scaled(found: Mapping[int, float]) -> dict[int, float]:
    most = max(found.values(), default=0.0)
    return {at: value / most for at, value in found.items()} if most else {}
