"""Keeping the library: the starter set, own indicators, changes, retirement."""

from dataclasses import asdict, dataclass
from typing import Any

from django.db.models import Max

from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Place
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.audit.services import act, record
from jiheng.foundation.refused import mistaken
from jiheng.foundation.workflow.advance import Refused, refuse
from jiheng.registers.indicators.access import may_keep_library
from jiheng.registers.indicators.models import LibraryIndicator
from jiheng.registers.indicators.starter import starter_library
from jiheng.rules.policy.clauses import national_clause
from jiheng.rules.refusal import Refusal, mistake
from jiheng.rules.scoring.method import NotScored, as_operator
from jiheng.rules.scoring.registry import method_named


@dataclass(frozen=True)
class IndicatorData:
    """What is told about an indicator of the library."""

    sector: str
    category: str
    level1: str
    level2: str
    name: str
    definition: str
    operator: str
    method: str
    value: str = ""
    unit: str = ""
    formula: str = ""
    data_source: str = ""
    evidence: str = ""
    basis: str = ""


def load_library(*, place: Place, person: Person) -> int:
    """Take the starter library into a place; return how many were new.

    Codes that the place already has stay as they are, so that loading again never undoes its own changes.
    """
    _allowed(person, place)
    known = set(LibraryIndicator.objects.filter(place=place).values_list("code", flat=True))
    library = starter_library()
    fresh = [
        LibraryIndicator(place=place, origin=library.origin, **one.model_dump())
        for one in library.indicators
        if one.code not in known
    ]
    with act(person):
        LibraryIndicator.objects.bulk_create(fresh)
        if fresh:
            record("indicators.load", "indicators.library", {"added": len(fresh), "origin": library.origin})
    return len(fresh)


def add_indicator(*, place: Place, data: IndicatorData, person: Person) -> LibraryIndicator:
    """Add an own indicator; refused unless it can be checked: definition, method that fits, source, basis."""
    _allowed(person, place)
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
            place=place, code=_next_code(place), kind=_kind(data), origin="本级", **asdict(data)
        )
        record("indicators.add", made, {"code": made.code, "name": made.name})
    return made


def change_indicator(*, indicator: LibraryIndicator, data: IndicatorData, person: Person) -> None:
    """Change an indicator of the library; goals keep the words and values that they were approved with."""
    _allowed(person, indicator.place)
    _sound(data)
    if indicator.retired_on is not None:
        raise refuse("已停用的指标不能修改", national_clause("duty_indicator_library"), remedy="请先恢复使用")
    changes = {
        key: [getattr(indicator, key), value]
        for key, value in asdict(data).items()
        if getattr(indicator, key) != value
    }
    if not changes:
        return
    with act(person):
        for key, value in asdict(data).items():
            setattr(indicator, key, value)
        indicator.kind = _kind(data)
        indicator.save()
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


def _kind(data: IndicatorData) -> str:
    return "qualitative" if data.operator == "qualitative" else "quantitative"


def _sound(data: IndicatorData) -> None:
    """Refuse what cannot be checked later: nothing to measure, no source, a method that does not fit."""
    must = {
        "sector": "领域",
        "category": "类别",
        "level1": "一级指标",
        "level2": "二级指标",
        "name": "指标名称",
        "definition": "指标解释",
        "data_source": "数据来源",
        "evidence": "佐证材料",
        "basis": "依据",
    }
    found = [
        Refusal(f"“{label}”必须填写", national_clause("duty_indicator_library"), where=key)
        for key, label in must.items()
        if not str(getattr(data, key)).strip()
    ]
    found.extend(_method_faults(data))
    if found:
        raise Refused(found)


def _method_faults(data: IndicatorData) -> list[Refusal]:
    try:
        method = method_named(data.method)
        operator = as_operator(data.operator)
    except NotScored as error:
        return [mistake(str(error), where="method")]
    if operator not in method.operators:
        return [
            Refusal(
                f"“{method.label}”不能用于所选符号",
                national_clause("duty_indicator_library"),
                remedy="请改选赋分方法",
                where="method",
            )
        ]
    if operator != "qualitative" and method.key != "date_target" and not data.unit.strip():
        return [Refusal("定量指标须写明单位", national_clause("duty_indicator_library"), where="unit")]
    return []


def _next_code(place: Place) -> str:
    own: dict[str, Any] = LibraryIndicator.objects.filter(place=place, code__startswith="BJ-").aggregate(
        last=Max("code")
    )
    last = int(own["last"].removeprefix("BJ-")) if own["last"] else 0
    return f"BJ-{last + 1:05d}"
