"""Writing the library: the starter set, and what has been published, by `proposing` alone.

Nothing here asks whose eyes an indicator has passed: the place's workflow has, before it is written.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, fields, replace
from itertools import count
from typing import Any

from django.db.models import Max

from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Place
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.audit.chain import content_hash
from jiheng.foundation.audit.services import act, record, written_along
from jiheng.foundation.refused import mistaken
from jiheng.foundation.workflow.advance import Overtaken, Refused, refuse
from jiheng.registers.indicators.access import may_keep_library
from jiheng.registers.indicators.models import FormerSheet, IndicatorReference, LibraryIndicator
from jiheng.registers.indicators.portable import Entry, held, of_codes, ranked
from jiheng.registers.indicators.queries import sheet_of
from jiheng.registers.indicators.starter import starter_library
from jiheng.rules.indicator_sheet import Sheet, direction_of, pieces_of, sheet_faults, tidied
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
        (LibraryIndicator(place=place, code=one.code, origin=library.origin, **columns_of(one.sheet, one.code)), one.sheet)
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
        written_along(made)
        if fresh:
            record("indicators.load", "indicators.library", {"added": len(fresh), "origin": library.origin})
    return len(fresh)


def checked_new(place: Place, data: Sheet) -> Sheet:
    """Return the sheet of a new indicator as it is written. Refused when unsound, or when the name is taken."""
    data = ranked(settled(data), None)
    sound(data)
    same = LibraryIndicator.objects.filter(place=place, name=data.name, retired_on=None)
    if same.filter(sector=data.sector, category=data.category, purpose=data.purpose).exists():
        raise refuse(
            f"“{data.sector}/{data.category}”中已有“{data.name}”",
            national_clause("duty_indicator_library"),
            where="name",
        )
    return data


def create(place: Place, data: Sheet, person: Person) -> LibraryIndicator:
    """Write a new indicator that has been checked."""
    with act(person):
        code = next(_own_codes(place))
        made = LibraryIndicator.objects.create(
            place=place, code=code, origin="本级", **columns_of(data, code)
        )
        _write_references(made, data)
        record("indicators.add", made, {"code": made.code, "name": made.name})
    return made


def take_in(place: Place, entries: Sequence[Entry], ground: str, person: Person) -> tuple[int, int]:
    """Write a list of sheets that has been checked; return how many were new and how many were revised.

    Refused when the library has moved on since the list was held against it.
    """
    told = held(place, [(one.code, one.sheet) for one in entries])
    wrong = [f"{one.entry.code or one.entry.sheet.name}：{one.faults[0].message}" for one in told if one.faults]
    known = {one.code: one for one in of_codes(place, [one.code for one in entries])}
    wrong += [code for one in entries if (code := one.code) in known and known[code].revision != one.revision]
    if wrong:
        raise refuse(
            f"指标库在这份清单提出之后有了变化：{'；'.join(wrong[:5])}，共 {len(wrong)} 项",
            national_clause("duty_indicator_library"),
            remedy="请不采纳这份清单，按现在的指标库重新上传",
        )
    fresh = [one for one in entries if one.code not in known]
    own = _own_codes(place)
    with act(person):
        made = LibraryIndicator.objects.bulk_create(
            [
                LibraryIndicator(place=place, code=code, origin="本级", **columns_of(one.sheet, code))
                for one, code in ((one, one.code or next(own)) for one in fresh)
            ],
            batch_size=BATCH,
        )
        IndicatorReference.objects.bulk_create(
            [
                IndicatorReference(indicator=one, **asdict(value))
                for one, entry in zip(made, fresh, strict=True)
                for value in entry.sheet.references
            ],
            batch_size=BATCH,
        )
        revised = [one for one in entries if one.code in known]
        for one in revised:
            revise(known[one.code], one.sheet, ground, person)
        digest = content_hash({one.code: telling(one.sheet) for one in entries})
        told_of = {"added": len(made), "revised": len(revised), "sha256": digest, "ground": ground}
        record("indicators.take_in", "indicators.library", told_of)
        written_along(made)
    return len(made), len(revised)


def checked_change(indicator: LibraryIndicator, data: Sheet) -> Sheet:
    """Return the new sheet of an indicator as it is written. Refused when unsound or when it is retired."""
    data = ranked(settled(data), indicator)
    sound(data)
    if indicator.retired_on is not None:
        raise refuse("已停用的指标不能修改", national_clause("duty_indicator_library"), remedy="请先建议恢复使用")
    return data


def revise(indicator: LibraryIndicator, data: Sheet, ground: str, person: Person) -> None:
    """Write a sheet that has been checked as the indicator's next revision; the former one is kept.

    Nothing is written when nothing differs. Overtaken when somebody else revised it first.
    """
    before, after = telling(sheet_of(indicator)), telling(data)
    changes = {key: [before[key], after[key]] for key in after if before[key] != after[key]}
    if not changes:
        return
    with act(person):
        same = LibraryIndicator.objects.filter(pk=indicator.pk, revision=indicator.revision)
        if same.update(revision=indicator.revision + 1, **columns_of(data, indicator.code)) != 1:
            raise Overtaken
        FormerSheet.objects.create(
            indicator=indicator,
            revision=indicator.revision,
            content=before,
            ended_at=clock.now(),
            ended_by=str(person),
            ground=ground.strip()[:300],
        )
        if "references" in changes:
            indicator.references.all().delete()
            _write_references(indicator, data)
        indicator.refresh_from_db()
        told = {"changes": changes, "revision": indicator.revision, "ground": ground.strip()[:300]}
        record("indicators.change", indicator, told)


def end_use(indicator: LibraryIndicator, reason: str, person: Person) -> None:
    """Write the retirement of an indicator. Refused without a reason, or when it is retired already."""
    if not reason.strip():
        raise refuse("停用指标须写明理由", national_clause("duty_reasons"), where="reason")
    if indicator.retired_on is not None:
        raise mistaken("该指标已经停用")
    with act(person):
        indicator.retired_on = clock.today()
        indicator.save(update_fields=["retired_on"])
        record("indicators.retire", indicator, {"reason": reason.strip()})


def merge(indicator: LibraryIndicator, into: LibraryIndicator, reason: str, person: Person) -> None:
    """Write a merger. Refused when the two are not of one place, in use, of one unit and one first level."""
    if not reason.strip():
        raise refuse("合并指标须写明理由", national_clause("duty_reasons"), where="reason")
    if indicator.pk == into.pk or into.retired_on is not None or indicator.retired_on is not None:
        raise mistaken("只能把一项使用中的指标并入另一项使用中的指标", where="into")
    if indicator.place_id != into.place_id:
        raise refuse("只能合并本地区的指标", national_clause("duty_place"), where="into")
    if (indicator.level1, indicator.unit) != (into.level1, into.unit):
        raise refuse(
            f"“{indicator.name}”（{indicator.level1}，{indicator.unit or '无单位'}）和“{into.name}”（{into.level1}，"
            f"{into.unit or '无单位'}）不是同一项指标",
            national_clause("duty_indicator_library"),
            remedy="一级指标和单位都相同才能合并",
            where="into",
        )
    names = [one for one in into.aliases.split("、") if one]
    names += [one for one in (indicator.name, *indicator.aliases.split("、")) if one and one not in {*names, into.name}]
    with act(person):
        revise(into, checked_change(into, replace(sheet_of(into), aliases="、".join(names))), reason, person)
        indicator.retired_on, indicator.merged_into = clock.today(), into
        indicator.save(update_fields=["retired_on", "merged_into"])
        written_along(indicator.merged.all())
        indicator.merged.update(merged_into=into)
        record("indicators.merge", indicator, {"into": into.code, "name": into.name, "reason": reason.strip()})


def set_reach(*, indicator: LibraryIndicator, reach: str, person: Person) -> None:
    """Say who besides the own place may pick an indicator: nobody, its neighbours, the places below."""
    _allowed(person, indicator.place)
    if reach not in dict(LibraryIndicator.REACHES):
        raise mistaken("没有这个使用范围", where="reach")
    before = indicator.reach
    if before == reach:
        return
    with act(person):
        indicator.reach = reach
        indicator.save(update_fields=["reach"])
        record("indicators.reach", indicator, {"before": before, "after": reach})


def resume(indicator: LibraryIndicator, reason: str, person: Person) -> None:
    """Put a retired indicator back into use. Refused when it is in use, or has become one with another."""
    if indicator.merged_into is not None:
        raise mistaken(f"该指标已并入“{indicator.merged_into}”，不能恢复")
    if indicator.retired_on is None:
        raise mistaken("该指标正在使用")
    with act(person):
        indicator.retired_on = None
        indicator.save(update_fields=["retired_on"])
        record("indicators.restore", indicator, {"reason": reason.strip()})


def _allowed(person: Person, place: Place) -> None:
    verdict = may_keep_library(person)
    if not verdict or person.place_id != place.pk:
        raise refuse(
            verdict.reason or "只能维护本地区的指标库", verdict.clause or national_clause("duty_place")
        )


def columns_of(sheet: Sheet, code: str) -> dict[str, Any]:
    """Return a sheet as columns of the library's table; the reference values have a table of their own."""
    told = {one.name: getattr(sheet, one.name) for one in fields(sheet) if one.name != "references"}
    return {**told, "kind": sheet.kind, "pieces": pieces_of(sheet, code)}


def settled(sheet: Sheet) -> Sheet:
    """Return a sheet as it is kept: its texts tidied, with the direction that its sign means where none was told."""
    sheet = tidied(sheet)
    return sheet if sheet.direction else replace(sheet, direction=direction_of(sheet.operator))


def telling(sheet: Sheet) -> dict[str, Any]:
    """Return a sheet as plain values, as versions and files keep it."""
    told = asdict(sheet)
    return {**told, "references": [dict(one) for one in told["references"]]}


def _write_references(indicator: LibraryIndicator, sheet: Sheet) -> None:
    IndicatorReference.objects.bulk_create(
        [IndicatorReference(indicator=indicator, **asdict(one)) for one in sheet.references]
    )


def sound(sheet: Sheet) -> None:
    """Refuse what cannot be checked later: nothing to measure, no source, a method or a formula that does not fit."""
    clause = national_clause("duty_indicator_library")
    found = [
        mistake(one.message, where=one.where) if one.technical else Refusal(one.message, clause, where=one.where)
        for one in sheet_faults(sheet)
    ]
    if found:
        raise Refused(found)


def _own_codes(place: Place) -> Iterator[str]:
    """Return the place's own codes that come next, one after another."""
    own: dict[str, Any] = LibraryIndicator.objects.filter(place=place, code__startswith="BJ-").aggregate(
        last=Max("code")
    )
    last = int(own["last"].removeprefix("BJ-")) if own["last"] else 0
    return (f"BJ-{number:05d}" for number in count(last + 1))
