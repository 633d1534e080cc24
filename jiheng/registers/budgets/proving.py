"""Whether the ledger is what the chain says was written into it."""

from collections import Counter, defaultdict
from collections.abc import Sequence

from django.db.models import Count, Sum

from jiheng.foundation.audit.models import Entry
from jiheng.foundation.files.models import ImportBatch
from jiheng.registers.budgets.models import LedgerEntry
from jiheng.registers.budgets.services import ENTRY, entries_digest, entry_texts, texts_digest
from jiheng.rules.money import format_yuan

LIST = f"{ImportBatch._meta.label_lower}:"
BY_HAND, BACK = "逐笔登记和由决定产生的", "冲销的"
AT_ONCE = 1000
WRITTEN = ("ledger.post", "ledger.reverse", "ledger.undo")


def broken_ledger(place_id: int) -> list[str]:
    """Return in words where the ledger of a place differs from the chain: changed, deleted or smuggled in.

    Each imported list is held against its sum, its number of entries and the digest of all of them; the rest, and
    what was taken back, by sum and number and by the digest of what each entry of the chain wrote, where it names that.
    """
    noted: dict[str, Counter[str]] = defaultdict(Counter)
    digests: dict[str, list[str]] = defaultdict(list)
    rows = Entry.objects.filter(place_id=place_id, action__in=WRITTEN).order_by("number")
    for action, subject, detail in rows.values_list("action", "subject", "detail"):
        name = BACK if action != "ledger.post" else subject if subject.startswith(LIST) else BY_HAND
        noted[name].update(fen=detail.get("fen", 0), entries=detail.get("entries", 1))
        if name == subject and "ids" not in detail:
            digests[subject].append(detail.get("entries_sha256", ""))
    kept = _kept(place_id)
    lines = [
        f"资金台账 {_called(name)}：审计链记 {noted[name]['entries']} 笔、{format_yuan(noted[name]['fen'])} 元，"
        f"数据库中 {kept[name]['entries']} 笔、{format_yuan(kept[name]['fen'])} 元"
        for name in sorted({*noted, *kept})
        if noted[name] != kept[name]
    ]
    for subject, told in digests.items():
        if noted[subject] == kept[subject] and len(told) == 1 and told[0] not in {"", _digest(subject)}:
            lines.append(f"资金台账 {_called(subject)}：各笔与导入时的摘要不符，导入后在数据库中被改动")
    return lines + _altered(place_id)


def _altered(place_id: int) -> list[str]:
    """Name the entries that were written one by one, by a decision or backwards and are not as they were written."""
    rows = Entry.objects.filter(place_id=place_id, action__in=WRITTEN, detail__has_key="ids").order_by("number")
    waiting: list[tuple[int, list[int], str]] = []
    lines: list[str] = []
    held = 0
    for number, detail in rows.values_list("number", "detail").iterator(chunk_size=AT_ONCE):
        keys = [key for first, last in detail["ids"] for key in range(first, last + 1)]
        waiting.append((number, keys, detail["entries_sha256"]))
        held += len(keys)
        if held >= AT_ONCE:
            lines += _unlike(waiting)
            waiting, held = [], 0
    return lines + _unlike(waiting)


def _unlike(written: Sequence[tuple[int, list[int], str]]) -> list[str]:
    texts = entry_texts([key for _, keys, _ in written for key in keys])
    lines = []
    for number, keys, digest in written:
        if keys and texts_digest(texts.get(key, "") for key in keys) != digest:
            called = f"{keys[0]} 号" if len(keys) == 1 else f"{keys[0]} 至 {keys[-1]} 号共 {len(keys)} 笔"
            lines.append(f"资金台账 {called}：与审计链第 {number} 条登记时的摘要不符，登记后在数据库中被改动或删除")
    return lines


def _kept(place_id: int) -> dict[str, Counter[str]]:
    own = LedgerEntry.objects.filter(place_id=place_id)
    found: dict[str, Counter[str]] = defaultdict(Counter)
    first = own.filter(reverses=None).order_by().values("batch_id").annotate(fen=Sum("amount_fen"), entries=Count("pk"))
    for one in first:
        name = f"{LIST}{one['batch_id']}" if one["batch_id"] else BY_HAND
        found[name].update(fen=one["fen"], entries=one["entries"])
    back = own.exclude(reverses=None).aggregate(fen=Sum("amount_fen"), entries=Count("pk"))
    if back["entries"]:
        found[BACK].update(fen=back["fen"], entries=back["entries"])
    return found


def _digest(subject: str) -> str:
    rows = LedgerEntry.objects.filter(batch_id=int(subject.removeprefix(LIST)), reverses=None).order_by("pk")
    return entries_digest(rows.values_list(*ENTRY).iterator(chunk_size=5000))


def _called(name: str) -> str:
    return f"导入批次 {name.removeprefix(LIST)} 号" if name.startswith(LIST) else name
