"""Another library beside the own one: set up by a program, its rows confirmed, set aside, taken back, pointed elsewhere."""

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from jiheng.channels.api.endpoint import Area
from jiheng.channels.api.v1.registers import IndicatorBody, MappingAnswer, mapping_told, sheet_told
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.refused import mistaken
from jiheng.registers.indicators.access import may_keep_library
from jiheng.registers.indicators.mapping import (
    choose,
    confirm,
    make_mapping,
    set_aside,
    visible_mapped,
    visible_mappings,
    withdraw,
)
from jiheng.registers.indicators.models import LibraryMapping, MappedIndicator

AREA = Area("registers")
Code = Annotated[str, Field(min_length=1, max_length=40)]
Codes = Annotated[list[Code], Field(min_length=1, max_length=500, description="对照库的编号")]


class OtherBody(IndicatorBody):
    """An indicator of the other library with its code there."""

    code: Annotated[str, Field(min_length=1, max_length=40, description="对照库的编号")]


@AREA.act("library-mappings/add", summary="建立指标库对照", may=may_keep_library, page="indicators:mapping_new")
def add(
    person: Person,
    *,
    name: Annotated[str, Field(min_length=1, max_length=100, description="对照的指标库")],
    indicators: Annotated[list[OtherBody], Field(min_length=1, max_length=5000, description="对照库的各项指标")],
) -> MappingAnswer:
    """逐项提出本库的对应指标，待确认；名称不能与已有的对照相同，编号不能重复。"""
    told = [(one.code, sheet_told(one)) for one in indicators]
    return mapping_told(make_mapping(name=name, told=told, person=person), rows=True)


@AREA.act(
    "library-mappings/{pk}/confirm", summary="确认对应", record=visible_mappings, may=may_keep_library, page="indicators:mapping_decide"
)
def confirmed(person: Person, mapping: LibraryMapping, *, codes: Codes) -> MappingAnswer:
    """确认所提出的对应；还没有对应的先指定。"""
    confirm(rows=_rows(person, mapping, codes), person=person)
    return mapping_told(mapping, rows=True)


@AREA.act(
    "library-mappings/{pk}/none", summary="记为没有对应", record=visible_mappings, may=may_keep_library,
    page="indicators:mapping_decide",
)  # fmt: skip
def without(person: Person, mapping: LibraryMapping, *, codes: Codes) -> MappingAnswer:
    """本库没有相应的指标。"""
    set_aside(rows=_rows(person, mapping, codes), person=person)
    return mapping_told(mapping, rows=True)


@AREA.act(
    "library-mappings/{pk}/withdraw", summary="撤回对应的确认", record=visible_mappings, may=may_keep_library,
    page="indicators:mapping_decide",
)  # fmt: skip
def taken_back(person: Person, mapping: LibraryMapping, *, codes: Codes) -> MappingAnswer:
    """回到待确认；原来的决定留在审计链上。"""
    withdraw(rows=_rows(person, mapping, codes), person=person)
    return mapping_told(mapping, rows=True)


@AREA.act(
    "library-mappings/{pk}/choose", summary="指定对应的指标", record=visible_mappings, may=may_keep_library, page="indicators:mapped"
)
def chosen(
    person: Person,
    mapping: LibraryMapping,
    *,
    code: Annotated[Code, Field(description="对照库的编号")],
    own_code: Annotated[Code, Field(description="本库在用指标的编号")],
) -> MappingAnswer:
    """由人指定一项对应本库的哪一项，同时确认。"""
    (row,) = _rows(person, mapping, [code])
    choose(row=row, code=own_code, person=person)
    return mapping_told(mapping, rows=True)


def _rows(person: Person, mapping: LibraryMapping, codes: Sequence[str]) -> list[MappedIndicator]:
    found = {one.code: one for one in visible_mapped(person).filter(mapping=mapping, code__in=codes)}
    for code in codes:
        if code not in found:
            raise mistaken(f"对照中没有编号“{code}”", where="codes")
    return [found[code] for code in dict.fromkeys(codes)]
