"""What a place says differently from a pack it rests on, as a list with values, clauses and dates of both."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from jiheng.rules.policy.loading import load_policy
from jiheng.rules.policy.pack import section_name
from jiheng.rules.policy.parameters import Parameter
from jiheng.rules.policy.policy import Policy, differences
from jiheng.rules.policy.words import entry_clause, entry_lines, entry_since, setting_at

KINDS = {"added": "新增", "removed": "取消", "changed": "替换", "ended": "终止", "same": "沿用"}


@dataclass(frozen=True)
class Override:
    """One entry in which two policies differ, both sides in words; `kind` is one of the words of `KINDS`.

    沿用 means that the value is that of the other side and only the clause or the years differ.
    """

    section: str
    key: str
    label: str
    kind: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    clause: str = ""
    before_clause: str = ""
    since: str = ""
    before_since: str = ""


def overrides(before: Policy, after: Policy, budget_year: int, day: date) -> list[Override]:
    """Everything in which `after` differs from `before` (the upper level's rules), section by section."""
    return list(_differing(before, after, budget_year, day))


def _differing(before: Policy, after: Policy, budget_year: int, day: date) -> Iterator[Override]:
    for one in differences(before, after):
        if one.section == "sources":
            source = after.sources.get(one.key) or before.sources[one.key]
            yield Override(section_name(one.section), one.key, str(source), KINDS[one.kind], (), ())
            continue
        old, new = (getattr(policy, one.section).get(one.key) for policy in (before, after))
        lines = [
            entry_lines(policy, one.section, said, budget_year, day) if said is not None else ()
            for policy, said in ((before, old), (after, new))
        ]
        kind: str = one.kind
        if old is not None and new is not None:
            ended = isinstance(new, Parameter) and setting_at(new, budget_year, day).value is None
            kind = "same" if lines[0] == lines[1] else "ended" if ended else "changed"
        yield Override(
            section_name(one.section),
            one.key,
            one.label,
            KINDS[kind],
            lines[0],
            lines[1],
            entry_clause(after, new, budget_year, day) if new is not None else "",
            entry_clause(before, old, budget_year, day) if old is not None else "",
            entry_since(new, budget_year, day) if new is not None else "",
            entry_since(old, budget_year, day) if old is not None else "",
        )


def difference_lines(place: str, budget_year: int, day: date) -> list[str]:
    """The differences of a place from each level above it, nearest level first, as lines of text.

    LookupError when the place has no pack, PackError when a pack is wrong.
    """
    own = load_policy(place)
    lines = [f"{own.name}（{place}），{budget_year} 年度"]
    for upper in own.chain[1:]:
        above = load_policy(upper)
        found = [one for one in overrides(above, own, budget_year, day) if one.before or one.after]
        counts = "，".join(
            f"{word} {number}" for word in KINDS.values() if (number := sum(one.kind == word for one in found))
        )
        lines.append(f"与{above.name}（{upper}）不同的 {len(found)} 处：{counts or '没有'}")
        for one in found:
            lines.append(f"  {one.kind} {one.section}“{one.label}”（{one.key}）")
            if one.after:
                lines.append(f"    本地 {'；'.join(one.after)}（{_ground(one.since, one.clause)}）")
            if one.before and one.kind != KINDS["same"]:
                lines.append(f"    上级 {'；'.join(one.before)}（{_ground(one.before_since, one.before_clause)}）")
    return lines


def _ground(since: str, clause: str) -> str:
    return f"{since}，{clause}" if since else clause
