"""The writes: a version of a standard, a cost behind one, a line of a project's cost, an exception."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max

from jiheng.foundation import clock
from jiheng.foundation.accounts.person import Person, require
from jiheng.foundation.accounts.queries import place_of
from jiheng.foundation.audit.services import act, record
from jiheng.foundation.files.models import ImportBatch
from jiheng.foundation.refused import Refused, mistaken, refuse
from jiheng.foundation.workflow.advance import Overtaken
from jiheng.foundation.workflow.claim import fill_once, only_once
from jiheng.registers.standards.access import (
    may_change_standard,
    may_end_standard,
    may_except,
    may_keep_standards,
    may_withdraw_cost,
    may_withdraw_line,
    may_write_lines,
)
from jiheng.registers.standards.models import CostLine, CostRecord, StandardVersion
from jiheng.registers.standards.queries import asking_clause, costs_about, in_force, proposal_for, sample_of
from jiheng.registers.subjects.models import SubjectYear
from jiheng.rules.money import format_yuan
from jiheng.rules.policy.clauses import national_clause
from jiheng.rules.refusal import Refusal, mistake
from jiheng.rules.spending_standards import KINDS, LEVELS, ORIGINS, amount_of

LARGEST = 10**15
_WORDS = {
    "code": ("标准编号", 40), "name": ("标准名称", 200), "region": ("适用范围", 100), "unit": ("计量单位", 20),
    "document": ("依据文件", 200),
}  # fmt: skip


@dataclass(frozen=True)
class StandardData:
    """What a version of a standard says; `amount_fen` for one unit."""

    code: str
    name: str
    kind: str
    level: str
    region: str
    unit: str
    amount_fen: int
    effective_on: date
    document: str
    sector: str = ""
    clause: str = ""
    ground: str = ""


@dataclass(frozen=True)
class CostData:
    """What so much of something cost; `price` is the price level of that year and place, 100 as here and today."""

    item: str
    name: str
    unit: str
    quantity: Decimal
    amount_fen: int
    year: int
    origin: str
    source: str
    region: str = ""
    price: Decimal = Decimal(100)


@dataclass(frozen=True)
class LineData:
    """A line of a project's cost; `standard` is the number (标准编号) of the standard that it goes by, "" for none."""

    item: str
    unit: str
    quantity: Decimal
    unit_fen: int
    standard: str = ""
    basis: str = ""


def same_words(data: StandardData, held: StandardVersion) -> bool:
    """Whether a version says just what is to be written."""
    return all(getattr(held, one.name) == getattr(data, one.name) for one in fields(StandardData)) and not held.ended


def write_standard(*, data: StandardData, person: Person, from_costs: bool = False) -> StandardVersion:
    """登记一项新的标准。`from_costs`: worked out from the costs on record for its name and unit, which it then keeps.

    Raises Refused with every fault: a number that is taken, too few costs, an amount outside the band without a reason.
    """
    require(may_keep_standards(person))
    made = _trimmed(data)
    found = _faults(made)
    if StandardVersion.objects.filter(place_id=person.place_id, code=made.code).exists():
        found.append(mistake(f"标准编号“{made.code}”已经登记", "标准变了的，打开原来的标准登记新的版本", "code"))
    if found:
        raise Refused(found)
    return _write(made, 1, person, from_costs=from_costs)


def revise_standard(
    *, standard: StandardVersion, data: StandardData, person: Person, from_costs: bool = False
) -> StandardVersion:
    """登记一项标准的新版本；以前的版本保留，到新版本施行的前一天为止有效。写明为什么修订。

    Raises Refused, Overtaken when somebody else wrote a version first.
    """
    require(may_change_standard(person, standard))
    made = replace(_trimmed(data), code=standard.code)
    found = _faults(made)
    if made.effective_on <= standard.effective_on:
        words = f"新版本的施行日期须晚于第{standard.number}版的{standard.effective_on.isoformat()}"
        found.append(Refusal(words, national_clause("duty_vouchers"), "请核对施行日期", "effective_on"))
    if not made.ground:
        found.append(Refusal("修订标准须写明理由", national_clause("duty_reasons"), "请写明为什么修订", "ground"))
    if found:
        raise Refused(found)
    return _write(made, standard.number + 1, person, from_costs=from_costs)


def end_standard(*, standard: StandardVersion, day: date, reason: str, person: Person) -> StandardVersion:
    """停用一项标准：自某日起没有标准，写明理由；作为新的一版登记，以前的版本保留。"""
    require(may_end_standard(person, standard))
    if day <= standard.effective_on:
        words = f"停用日期须晚于第{standard.number}版的施行日期{standard.effective_on.isoformat()}"
        raise refuse(words, national_clause("duty_vouchers"), where="day")
    if not reason.strip():
        raise refuse("停用标准须写明理由", national_clause("duty_reasons"), where="reason")
    data = StandardData(**{one.name: getattr(standard, one.name) for one in fields(StandardData)})
    return _write(replace(data, effective_on=day, ground=reason.strip()[:300]), standard.number + 1, person, ended=True)


def _write(
    data: StandardData, number: int, person: Person, *, from_costs: bool = False, ended: bool = False,
    batch: ImportBatch | None = None,
) -> StandardVersion:  # fmt: skip
    sample = _sample(data, person) if from_costs else {}
    with act(person):
        made = StandardVersion(
            place_id=person.place_id, number=number, sample=sample, ended=ended, batch=batch, written_by=str(person),
            written_at=clock.now(), **{one.name: getattr(data, one.name) for one in fields(StandardData)},
        )  # fmt: skip
        try:
            with transaction.atomic():
                made.save(force_insert=True)
        except IntegrityError as first:
            raise Overtaken from first
        told: dict[str, Any] = {
            "code": made.code, "revision": number, "name": made.name, "amount_fen": made.amount_fen,
            "since": made.effective_on.isoformat(),
        }  # fmt: skip
        if made.ground:
            told["reason"] = made.ground
        record("standard.end" if ended else "standard.write", made, told, made.cite)
    return made


def _sample(data: StandardData, person: Person) -> Mapping[str, Any]:
    """What the costs on record say; an amount outside the band has to be explained."""
    costs = costs_about(person.place_id, data.name, data.unit)
    proposal = proposal_for(place_of(person), costs)
    if isinstance(proposal, Refusal):
        raise Refused([proposal])
    if not proposal.band_low <= data.amount_fen <= proposal.band_high and not data.ground:
        words = (
            f"标准{format_yuan(data.amount_fen)}元不在成本数据所示的范围{format_yuan(proposal.band_low)}至"
            f"{format_yuan(proposal.band_high)}元之内，没有写明理由"
        )
        raise refuse(words, national_clause("duty_reasons"), remedy="请写明为什么高于或低于这一范围", where="ground")
    return sample_of(proposal, costs)


def _trimmed(data: StandardData) -> StandardData:
    words = {one.name: getattr(data, one.name) for one in fields(StandardData) if isinstance(getattr(data, one.name), str)}
    return replace(data, **{key: text.strip() for key, text in words.items()})


def _faults(data: StandardData) -> list[Refusal]:
    found = []
    for key, (label, longest) in _WORDS.items():
        text = getattr(data, key)
        if not text:
            found.append(mistake(f"须填写{label}", where=key))
        elif len(text) > longest:
            found.append(mistake(f"{label}最多 {longest} 字", where=key))
    for key, label, longest in (("sector", "领域", 60), ("clause", "条款", 100), ("ground", "说明", 300)):
        if len(getattr(data, key)) > longest:
            found.append(mistake(f"{label}最多 {longest} 字", where=key))
    if not 0 < data.amount_fen <= LARGEST:
        found.append(mistake("标准须大于零", where="amount_fen"))
    if data.kind not in KINDS:
        found.append(mistake("类别只能是通用标准或专用标准", where="kind"))
    if data.level not in LEVELS:
        found.append(mistake("适用级次只能是省级、市级、县级或乡级", where="level"))
    return found


def write_standards(
    *, rows: Sequence[StandardData], person: Person, batch: ImportBatch | None = None
) -> list[StandardVersion]:
    """Write a list: a number that is known gets its next version, another one its first. All or none."""
    require(may_keep_standards(person))
    held = StandardVersion.objects.filter(place_id=person.place_id, code__in=[one.code.strip() for one in rows])
    last = dict(held.order_by().values_list("code").annotate(last=Max("number")))
    with act(person):
        made = []
        for row in rows:
            data = _trimmed(row)
            if found := _faults(data):
                raise Refused(found)
            number = last.get(data.code, 0) + 1
            last[data.code] = number
            made.append(_write(data, number, person, batch=batch))
    return made


def write_costs(*, rows: Sequence[CostData], person: Person, batch: ImportBatch | None = None) -> list[CostRecord]:
    """登记成本数据：内容、数量、金额、年份、价格水平和出处。All or none."""
    require(may_keep_standards(person))
    found = [one for row in rows for one in _cost_faults(row)]
    if found:
        raise Refused(found)
    with act(person):
        made = []
        for row in rows:
            cost = CostRecord.objects.create(
                place_id=person.place_id, item=row.item.strip(), name=row.name.strip(), unit=row.unit.strip(),
                quantity=row.quantity, amount_fen=row.amount_fen, year=row.year, region=row.region.strip(), price=row.price,
                origin=row.origin, source=row.source.strip(), written_by=str(person), written_on=clock.today(), batch=batch,
            )  # fmt: skip
            record("standard.cost", cost, {"text": cost.item, "name": cost.name, "amount_fen": cost.amount_fen})
            made.append(cost)
    return made


def _cost_faults(data: CostData) -> list[Refusal]:
    found = [
        mistake(f"须填写{label}", where=key)
        for key, label in (("item", "内容"), ("name", "项目或单位"), ("unit", "计量单位"), ("source", "出处"))
        if not getattr(data, key).strip()
    ]
    if data.quantity <= 0 or data.amount_fen <= 0 or data.price <= 0:
        found.append(mistake("数量、金额和价格水平都须大于零", where="quantity"))
    if data.origin not in ORIGINS:
        found.append(mistake("来源只能是绩效评价、预算评审、决算或其他", where="origin"))
    return found


def withdraw_cost(*, cost: CostRecord, reason: str, person: Person) -> None:
    """登错的成本数据撤回，写明理由；不再用于测算，已经据以登记的标准不变。"""
    require(may_withdraw_cost(person, cost))
    _fill(cost, "standard.cost_withdraw", {"withdrawn_on": clock.today(), "withdraw_reason": _reason(reason)}, "withdrawn_on", person)


def withdraw_costs(*, batch: ImportBatch, person: Person) -> int:
    """Withdraw the costs of a batch that still stand."""
    require(may_keep_standards(person))
    rows = list(CostRecord.objects.filter(batch=batch, place_id=person.place_id, withdrawn_on__isnull=True))
    with act(person):
        for one in rows:
            withdraw_cost(cost=one, reason="撤销导入批次", person=person)
    return len(rows)


def write_line(*, year: SubjectYear, data: LineData, person: Person) -> CostLine:
    """登记一行测算：内容、数量、单价，对照的标准；金额由系统算出。Raises Refused with every fault.

    A price above the standard is kept and shown with the difference: the gate refuses it, or the bureau excepts it.
    """
    require(may_write_lines(person, year))
    standard = _standard_for(year, data)
    found = []
    if not data.item.strip() or len(data.item.strip()) > 100:
        found.append(mistake("内容须填写，最多 100 字", where="item"))
    if not data.unit.strip() or len(data.unit.strip()) > 20:
        found.append(mistake("计量单位须填写，最多 20 字", where="unit"))
    if standard is not None and standard.unit != data.unit.strip():
        found.append(mistake(f"“{standard.name}”按“{standard.unit}”计，这一行按“{data.unit.strip()}”计", "请按标准的计量单位测算", "unit"))
    if not 0 < data.quantity < 10**12 or not 0 < data.unit_fen <= LARGEST:
        found.append(mistake("数量和单价都须大于零", where="quantity"))
    elif amount_of(data.quantity, data.unit_fen) > LARGEST:
        found.append(mistake("金额太大，请核对数量和单价", where="quantity"))
    if len(data.basis.strip()) > 300:
        found.append(mistake("测算依据最多 300 字", where="basis"))
    if found:
        raise Refused(found)
    with act(person):
        words = {"item": data.item.strip(), "unit": data.unit.strip(), "quantity": data.quantity, "unit_fen": data.unit_fen}
        same = CostLine.objects.filter(subject_year=year, standard=standard, withdrawn_on__isnull=True, **words)
        only_once(year, same, f"“{data.item.strip()}”同样的一行已经登记", "item")
        made = CostLine.objects.create(
            subject_year=year, standard=standard, amount_fen=amount_of(data.quantity, data.unit_fen),
            basis=data.basis.strip(), written_by=str(person), written_on=clock.today(), **words,
        )  # fmt: skip
        told = {"text": made.item, "amount_fen": made.amount_fen} | ({"code": standard.code} if standard else {})
        record("standard.line", made, told, standard.cite if standard else "")
    return made


def _standard_for(year: SubjectYear, data: LineData) -> StandardVersion | None:
    code = data.standard.strip()
    if not code:
        return None
    found = in_force(year.place_id, clock.today()).filter(code=code).first()
    if found is None:
        raise mistaken(f"没有现行的标准“{code}”", remedy="请从标准库选择；没有标准的不填", where="standard")
    return found


def withdraw_line(*, line: CostLine, reason: str, person: Person) -> None:
    """登错的一行撤回，写明理由；原来的内容保留。"""
    require(may_withdraw_line(person, line))
    _fill(line, "standard.line_withdraw", {"withdrawn_on": clock.today(), "withdraw_reason": _reason(reason)}, "withdrawn_on", person)


def except_line(*, line: CostLine, reason: str, person: Person) -> None:
    """没有标准、或者确须超过标准的一行列入例外，写明理由；缺的标准仍在清单上，直到有了标准。"""
    require(may_except(person, line))
    told = {"excepted_on": clock.today(), "excepted_by": str(person), "except_reason": _reason(reason)}
    _fill(line, "standard.except", told, "excepted_on", person, asking_clause(line.subject_year.cycle))


def _reason(text: str) -> str:
    if not text.strip():
        raise refuse("须写明理由", national_clause("duty_reasons"), where="reason")
    return text.strip()[:300]


def _fill(row: CostLine | CostRecord, action: str, told: Mapping[str, Any], blank: str, person: Person, clause: str = "") -> None:
    with act(person):
        fill_once(row, told, blank)
        reason = told.get("withdraw_reason") or told.get("except_reason")
        record(action, row, {"text": row.item, "amount_fen": row.amount_fen, "reason": reason}, clause)
