"""Keeping the library: the starter set, own indicators, changes, retirement."""

from dataclasses import asdict, fields, replace
from typing import Any

from django.db.models import Max

from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Place
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.audit.services import act, record
from jiheng.foundation.refused import mistaken
from jiheng.foundation.workflow.advance import Refused, refuse
from jiheng.registers.indicators.access import may_keep_library
from jiheng.registers.indicators.models import IndicatorReference, LibraryIndicator
from jiheng.registers.indicators.queries import sheet_of
from jiheng.registers.indicators.starter import starter_library
from jiheng.rules.indicator_sheet import Sheet, direction_of, sheet_faults
from jiheng.rules.policy.clauses import national_clause
from jiheng.rules.refusal import Refusal, mistake

BATCH = 500

def load_library(*, place: Place, person: Person) -> int:
    """Take the starter library into a place; return how many were new.

    Codes that the place already has stay as they are, so that loading again never undoes its own changes.
    """
    _allowed(person, place)
    known = set(LibraryIndicator.objects.filter(place=place).values_list("code", flat=True))
    library = starter_library()
    fresh = [
        (LibraryIndicator(place=place, code=one.code, origin=library.origin, **columns_of(one.sheet)), one.sheet)
        for one in library.indicators
        if one.code not in known
    ]
    with act(person):
        made = LibraryIndicator.objects.bulk_create([one for one, _ in fresh], batch_size=BATCH)
        references = [
            IndicatorReference(indicator=one, **asdict(value))
            for one, (_, sheet) in zip(made, fresh, strict=True)
            for value in sheet.references
        ]
        IndicatorReference.objects.bulk_create(references, batch_size=BATCH)
        if fresh:
            record("indicators.load", "indicators.library", {"added": len(fresh), "origin": library.origin})
    return len(fresh)


def add_indicator(*, place: Place, data: Sheet, person: Person) -> LibraryIndicator:
    """Add an own indicator; refused unless it can be checked: definition, method that fits, source, basis."""
    _allowed(person, place)
    data = _settled(data)
    _sound(data)
    same = LibraryIndicator.objects.filter(place=place, name=data.name, retired_on=None)
    if same.filter(sector=data.sector, category=data.category).exists():
        raise refuse(
            f"“{data.sector}/{data.category}”中已有“{data.name}”",
            national_clause("duty_indicator_library"),
            where="name",
        )
    with act(person):
        made = LibraryIndicator.objects.create(
            place=place, code=_next_code(place), origin="本级", **columns_of(data)
        )
        _write_references(made, data)
        record("indicators.add", made, {"code": made.code, "name": made.name})
    return made


def change_indicator(*, indicator: LibraryIndicator, data: Sheet, person: Person) -> None:
    """Change an indicator of the library; goals keep the words and values that they were approved with."""
    _allowed(person, indicator.place)
    data = _settled(data)
    _sound(data)
    if indicator.retired_on is not None:
        raise refuse("已停用的指标不能修改", national_clause("duty_indicator_library"), remedy="请先恢复使用")
    before, after = _telling(sheet_of(indicator)), _telling(data)
    changes = {key: [before[key], after[key]] for key in after if before[key] != after[key]}
    if not changes:
        return
    with act(person):
        for key, value in columns_of(data).items():
            setattr(indicator, key, value)
        indicator.save()
        if "references" in changes:
            indicator.references.all().delete()
            _write_references(indicator, data)
        record("indicators.change", indicator, {"changes": changes})


def retire_indicator(*, indicator: LibraryIndicator, reason: str, person: Person) -> None:
    """Take an indicator out of use, with the reason; goals that chose it are not touched."""
    _allowed(person, indicator.place)
    if not reason.strip():
        raise refuse("停用指标须写明理由", national_clause("duty_reasons"), where="reason")
    if indicator.retired_on is not None:
        raise mistaken("该指标已经停用")
    with act(person):
        indicator.retired_on = clock.today()
        indicator.save(update_fields=["retired_on"])
        record("indicators.retire", indicator, {"reason": reason.strip()})


def restore_indicator(*, indicator: LibraryIndicator, person: Person) -> None:
    """Put a retired indicator back into use."""
    _allowed(person, indicator.place)
    with act(person):
        indicator.retired_on = None
        indicator.save(update_fields=["retired_on"])
        record("indicators.restore", indicator)


def _allowed(person: Person, place: Place) -> None:
    verdict = may_keep_library(person)
    if not verdict or person.place_id != place.pk:
        raise refuse(
            verdict.reason or "只能维护本地区的指标库", verdict.clause or national_clause("duty_place")
        )


def columns_of(sheet: Sheet) -> dict[str, Any]:
    """Return a sheet as columns of the library's table; the reference values have a table of their own."""
    told = {one.name: getattr(sheet, one.name) for one in fields(sheet) if one.name != "references"}
    return {**told, "kind": sheet.kind}


def _settled(sheet: Sheet) -> Sheet:
    """Return a sheet with the direction that its sign means, where none was told."""
    return sheet if sheet.direction else replace(sheet, direction=direction_of(sheet.operator))


def _telling(sheet: Sheet) -> dict[str, Any]:
    told = asdict(sheet)
    return {**told, "references": [dict(one) for one in told["references"]]}


def _write_references(indicator: LibraryIndicator, sheet: Sheet) -> None:
    IndicatorReference.objects.bulk_create(
        [IndicatorReference(indicator=indicator, **asdict(one)) for one in sheet.references]
    )


def _sound(sheet: Sheet) -> None:
    """Refuse what cannot be checked later: nothing to measure, no source, a method or a formula that does not fit."""
    clause = national_clause("duty_indicator_library")
    found = [
        mistake(one.message, where=one.where) if one.technical else Refusal(one.message, clause, where=one.where)
        for one in sheet_faults(sheet)
    ]
    if found:
        raise Refused(found)


def _next_code(place: Place) -> str:
    own: dict[str, Any] = LibraryIndicator.objects.filter(place=place, code__startswith="BJ-").aggregate(
        last=Max("code")
    )
    last = int(own["last"].removeprefix("BJ-")) if own["last"] else 0
    return f"BJ-{last + 1:05d}"
