"""Sealing what was written before contents were, and owning up to what maintenance changed: acts that stand in the chain."""

from jiheng.foundation.audit.models import Entry
from jiheng.foundation.audit.proving import ACCEPT, proved_records
from jiheng.foundation.audit.sealing import kind_of, kinds, rows_of
from jiheng.foundation.audit.services import Place, act, record, written_along
from jiheng.foundation.refused import mistaken, refuse
from jiheng.rules.policy.clauses import national_clause

TAKE_STOCK = "audit.take_stock"


def take_stock(*, place: Place, reason: str) -> int:
    """Seal the records that older versions left without a seal, as they stand now; return how many.

    What differs from the chain stays as it was sealed: it has to be put back, or be accepted one by one. Refused
    without a reason.
    """
    _explained(reason)
    with act(None, place=place):
        bare = proved_records(place.pk).bare
        count = sum(len(keys) for keys in bare.values())
        if count:
            record(TAKE_STOCK, "audit.head", {"records": count, "reason": reason.strip()})
            written_along(kinds()[label].model(pk=pk) for label, keys in bare.items() for pk in keys)
    return count


def accept(*, place: Place, subject: str, reason: str) -> None:
    """Seal a record that was changed past the system as it stands now: the chain says so from then on, for everybody.

    For a repair in the database that nobody could make by an act. Refused without a reason, and for what is not a record
    of the place that differs from the chain.
    """
    _explained(reason)
    found = kind_of(subject)
    if found is None:
        raise mistaken(f"没有“{subject}”这种记录", "写成核验所列的种类和编号，如 goals.goal:12")
    kind, pk = found
    own = rows_of(kind.model).filter(pk=pk)
    here = own.filter(**{kind.place: place.pk}) if kind.place else own
    known = Entry.objects.filter(place_id=place.pk, subject=subject).exists()
    if not here.exists() and (own.exists() or not known):
        raise mistaken(f"“{subject}”不是该地区的记录")
    differs = any(f"{kind.words} {pk} 号" in line for line in proved_records(place.pk).lines)
    if not differs:
        raise mistaken(f"“{subject}”与审计链所记一致，不用承认")
    with act(None, place=place):
        record(ACCEPT, subject, {"reason": reason.strip()})


def _explained(reason: str) -> None:
    if not reason.strip():
        raise refuse("请写明理由", national_clause("duty_reasons"), "它会写入审计链，写明谁、凭什么文件或工单", "reason")
