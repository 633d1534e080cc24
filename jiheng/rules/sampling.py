"""Random draws that anybody can repeat: the order follows from the seed and the population alone.

Each member gets a number, SHA-256 of seed, digest of the population and member, joined by line feeds;
the members with the smallest numbers are drawn. Nothing but SHA-256 is needed to check it by hand. Where members come
one by one, each has a lot of its own (`drawn`).
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from hashlib import sha256
from math import ceil

from jiheng.rules.money import share_out

ALGORITHM = "sha256-order-1"


@dataclass(frozen=True)
class Draw:
    """A draw: what went in, and the members drawn, in the order of their numbers."""

    seed: str
    size: int
    population_digest: str
    chosen: tuple[str, ...]
    algorithm: str = ALGORITHM


def population_text(population: Sequence[str]) -> str:
    """The members in text order, joined by line feeds: exactly what the digest of the population is made of."""
    return "\n".join(sorted(population))


def digest_of(population: Sequence[str]) -> str:
    """SHA-256 of the members in text order: the same for any order of the list."""
    return sha256(population_text(population).encode()).hexdigest()


def recipe(size: int) -> tuple[str, ...]:
    """How anybody repeats a draw of `size` without strata, said so that there is one way to understand it."""
    return (
        ("总体：把全部编号按文本顺序排列（从左到右逐个字符比较，不按数值大小，如 10 排在 9 之前），"
        "一行一个，行与行之间是一个换行符（LF，即 0x0A），最后一行之后没有换行符，不含空格，编码 UTF-8。"),
        "总体摘要：对这段文本取 SHA-256，写成 64 位小写十六进制数。",
        ("每个编号的数：把“随机种子”“总体摘要”“该编号”依次写成三行，行间同样是一个换行符，末尾没有换行符，"
        "编码 UTF-8，取 SHA-256，写成 64 位小写十六进制数。"),
        f"抽中：按每个编号的数由小到大排列，取前 {size} 个，排列的先后就是抽取顺序。",
    )


def script(seed: str, size: int) -> str:
    """The recipe as a program of five lines for Python 3; `population.txt` is `population_text`."""
    return "\n".join(
        (
            "from hashlib import sha256",
            f"seed, size = {seed!r}, {size}",
            'keys = sorted(open("population.txt", encoding="utf-8").read().split("\\n"))',
            'digest = sha256("\\n".join(keys).encode()).hexdigest()',
            ("print(digest, sorted(keys, key=lambda key:"
            ' sha256(f"{seed}\\n{digest}\\n{key}".encode()).hexdigest())[:size])'),
        )
    )


def draw(population: Sequence[str], size: int, seed: str, strata: Mapping[str, str] | None = None) -> Draw:
    """Draw `size` members. With `strata` (member → stratum) each stratum gives its share, by largest remainder.

    ValueError when members repeat or contain a line feed, the seed is empty, the size does not fit, or a
    member has no stratum.
    """
    _check(population, size, seed, strata)
    digest = digest_of(population)
    ordered = sorted(population, key=lambda member: _number(seed, digest, member))
    if strata is None:
        return Draw(seed, size, digest, tuple(ordered[:size]))
    counts = sorted(Counter(strata[member] for member in population).items())
    shares = share_out(size, [count for _, count in counts]) if counts else []
    left = {stratum: share for (stratum, _), share in zip(counts, shares, strict=True)}
    chosen = []
    for member in ordered:
        if left[strata[member]] > 0:
            left[strata[member]] -= 1
            chosen.append(member)
    return Draw(seed, size, digest, tuple(chosen))


def drawn(seed: str, member: str, per_cent: Decimal) -> bool:
    """Whether a lot falls on `member`: SHA-256 of seed and member, joined by a line feed, is in the lowest share of its range.

    Anybody repeats it by hand. The seed has to be one that nobody knew before the member came.
    """
    number = int(sha256(f"{seed}\n{member}".encode()).hexdigest(), 16)
    return Fraction(number, 2**256) * 100 < Fraction(per_cent)


def verify(drawn: Draw, population: Sequence[str], strata: Mapping[str, str] | None = None) -> list[str]:
    """What does not agree when the draw is repeated; empty when everything does."""
    if drawn.algorithm != ALGORITHM:
        return [f"抽样算法“{drawn.algorithm}”不认识，只能核对“{ALGORITHM}”"]
    if digest_of(population) != drawn.population_digest:
        return ["总体清单与抽取时不同，摘要对不上"]
    try:
        again = draw(population, drawn.size, drawn.seed, strata)
    except ValueError as error:
        return [str(error)]
    if again.chosen == drawn.chosen:
        return []
    added, missing = set(drawn.chosen) - set(again.chosen), set(again.chosen) - set(drawn.chosen)
    problems = [f"不应抽中：{'、'.join(sorted(added))}"] if added else []
    problems += [f"应抽中而没有：{'、'.join(sorted(missing))}"] if missing else []
    return problems or ["抽中顺序与重算结果不同"]


def size_for_share(population: int, per_cent: Decimal) -> int:
    """The smallest number of members that makes at least `per_cent` of the population."""
    if population < 0 or not 0 <= per_cent <= 100:
        raise ValueError(f"比例须在0至100%之间，总体不能为负：{per_cent}%、{population}")
    return ceil(Fraction(per_cent) / 100 * population)


def _number(seed: str, digest: str, member: str) -> str:
    return sha256(f"{seed}\n{digest}\n{member}".encode()).hexdigest()


def _check(population: Sequence[str], size: int, seed: str, strata: Mapping[str, str] | None) -> None:
    if twice := sorted(member for member, count in Counter(population).items() if count > 1):
        raise ValueError(f"总体中有重复：{'、'.join(twice)}")
    if any("\n" in text for text in (seed, *population)):
        raise ValueError("种子和总体成员不能含换行")
    if not seed:
        raise ValueError("没有种子，抽样不能复核")
    if not 0 <= size <= len(population):
        raise ValueError(f"抽取数{size}须在0至总体数{len(population)}之间")
    if strata is not None and (lost := sorted(set(population) - set(strata))):
        raise ValueError(f"没有分层：{'、'.join(lost)}")
