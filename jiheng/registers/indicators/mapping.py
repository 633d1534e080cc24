"""Mapping another library onto the place's own: proposed by likeness, confirmed by a person."""

from collections.abc import Hashable, Iterable, Sequence
from decimal import Decimal
from typing import cast

from django.db.models import QuerySet

from jiheng.foundation import clock
from jiheng.foundation.accounts.person import Person, require
from jiheng.foundation.accounts.queries import place_of
from jiheng.foundation.audit.services import act, record
from jiheng.foundation.refused import mistaken, refuse
from jiheng.registers.indicators.access import may_keep_library
from jiheng.registers.indicators.models import LibraryIndicator, LibraryMapping, MappedIndicator
from jiheng.registers.indicators.search import nearest
from jiheng.registers.indicators.synonyms import synonyms
from jiheng.rules.indicator_sheet import Sheet
from jiheng.rules.library_mapping import CANDIDATES, Counterpart, Coverage, Item, counterparts, coverage
from jiheng.rules.policy.clauses import national_clause

BATCH = 500


def visible_mappings(person: Person) -> QuerySet[LibraryMapping]:
    """Return the mappings of the person's place."""
    return LibraryMapping.objects.filter(place_id=person.place_id)


def visible_mapped(person: Person) -> QuerySet[MappedIndicator]:
    """Return the rows of these mappings."""
    return MappedIndicator.objects.filter(mapping__place_id=person.place_id).select_related("own", "mapping")


def _own(place_id: int) -> list[Item]:
    rows = LibraryIndicator.objects.filter(place_id=place_id, retired_on=None).order_by("code")
    keys = ("pk", "name", "level1", "level2", "definition", "unit", "direction", "aliases")
    return [
        Item(pk, name, level1, level2, definition, unit, direction, tuple(filter(None, aliases.split("、"))))
        for pk, name, level1, level2, definition, unit, direction, aliases in rows.values_list(*keys)
    ]


def twin_of(indicator: LibraryIndicator) -> tuple[LibraryIndicator, Counterpart] | None:
    """Return the indicator of the same library that is most probably the same one under another name, and why.

    Only one in use that could be merged with it: of one first level and one unit. None where none is likely.
    """
    if indicator.retired_on is not None:
        return None
    keys = nearest([indicator.place_id], f"{indicator.name} {indicator.aliases}", CANDIDATES)
    rows = LibraryIndicator.objects.filter(
        pk__in=keys, place_id=indicator.place_id, retired_on=None, level1=indicator.level1, unit=indicator.unit
    )
    others = {one.pk: one for one in rows.exclude(pk=indicator.pk).order_by("code").defer("pieces")}
    found = counterparts([_item(indicator)], [_item(one) for one in others.values()], synonyms()).get(indicator.pk)
    return (others[cast("int", found.key)], found) if found is not None else None


def _item(one: LibraryIndicator) -> Item:
    aliases = tuple(filter(None, one.aliases.split("、")))
    return Item(one.pk, one.name, one.level1, one.level2, one.definition, one.unit, one.direction, aliases)


def make_mapping(*, name: str, told: Sequence[tuple[str, Sheet]], person: Person) -> LibraryMapping:
    """Set another library beside the own one and propose a counterpart for each of its indicators.

    `told` are its codes and sheets. Refused when the name is taken, or a code is missing or stands twice.
    """
    require(may_keep_library(person))
    place, name = place_of(person), " ".join(name.split())
    if LibraryMapping.objects.filter(place=place, name=name).exists():
        raise refuse(f"已有与“{name}”的对照", national_clause("duty_indicator_library"), where="name")
    codes = [code for code, _ in told]
    if not all(codes) or len(set(codes)) < len(codes):
        raise mistaken("每项指标须有编号，编号不能重复", where="file")
    items = [
        Item(code, one.name, one.level1, one.level2, one.definition, one.unit, one.direction, tuple(filter(None, one.aliases.split("、"))))
        for code, one in told
    ]
    found = counterparts(items, _own(place.pk), synonyms())
    with act(person):
        made = LibraryMapping.objects.create(place=place, name=name, made_on=clock.today(), made_by=str(person))
        MappedIndicator.objects.bulk_create(
            (
                MappedIndicator(
                    mapping=made, code=str(one.key), name=one.name, level1=one.level1, level2=one.level2,
                    definition=one.definition, unit=one.unit, direction=one.direction,
                    own_id=cast("int", found[one.key].key) if one.key in found else None,
                    likeness=str(found[one.key].likeness) if one.key in found else 0,
                    ground=found[one.key].ground if one.key in found else "",
                )
                for one in items
            ),
            batch_size=BATCH,
        )  # fmt: skip
        record("indicators.mapping", made, {"name": name, "indicators": len(items), "proposed": len(found)})
    return made


def confirm(*, rows: Iterable[MappedIndicator], person: Person) -> int:
    """Confirm the proposed counterparts of rows; return how many. Refused when one of them has none."""
    chosen = list(rows)
    without = [one.name for one in chosen if one.own_id is None]
    if without:
        raise mistaken(f"“{without[0]}”还没有对应的指标", remedy="请打开这一项，填写本库指标的编号")
    return _decide(chosen, "confirmed", person)


def set_aside(*, rows: Iterable[MappedIndicator], person: Person) -> int:
    """Say that rows have no counterpart in the own library; return how many."""
    return _decide(list(rows), "none", person)


def withdraw(*, rows: Iterable[MappedIndicator], person: Person) -> int:
    """Take back what was decided about rows: they wait again, with what is proposed; return how many.

    Refused when one of them was not decided.
    """
    chosen = list(rows)
    waiting = [one.name for one in chosen if one.state == "proposed"]
    if waiting:
        raise mistaken(f"“{waiting[0]}”还没有确认，不用撤回")
    return _decide(chosen, "proposed", person)


def choose(*, row: MappedIndicator, code: str, person: Person) -> None:
    """Say which own indicator in use a row is, by its code. Refused when there is none of this code."""
    require(may_keep_library(person))
    own = LibraryIndicator.objects.filter(place_id=person.place_id, code=code.strip(), retired_on=None).first()
    if own is None:
        raise mistaken(f"本库在用的指标中没有编号“{code.strip()}”", where="code")
    row.own, row.ground, row.likeness = own, "由人指定", Decimal(1)
    _decide([row], "confirmed", person)


def _decide(rows: list[MappedIndicator], state: str, person: Person) -> int:
    require(may_keep_library(person))
    if any(one.mapping.place_id != person.place_id for one in rows):
        raise refuse("只能办理本地区的对照", national_clause("duty_place"))
    with act(person):
        for one in rows:
            one.state = state
            one.decided_on, one.decided_by = (None, "") if state == "proposed" else (clock.today(), str(person))
        MappedIndicator.objects.bulk_update(
            rows, ["state", "decided_on", "decided_by", "own", "ground", "likeness"], batch_size=BATCH
        )
        for one in rows:
            own = one.own.code if one.own and state == "confirmed" else ""
            record("indicators.map", one.mapping, {"code": one.code, "own": own, "state": state})
    return len(rows)


def coverage_of(mapping: LibraryMapping) -> Coverage:
    """Return how far the confirmed pairs of a mapping go, and what is lost over each, by the row's key."""
    keys = ("pk", "name", "level1", "level2", "definition", "unit", "direction")
    rows = mapping.rows.all()
    others = [Item(*told) for told in rows.values_list(*keys)]
    pairs: dict[Hashable, Hashable] = dict(rows.filter(state="confirmed", own__isnull=False).values_list("pk", "own_id"))
    return coverage(others, _own(mapping.place_id), pairs)
