"""Anchors: heads written down outside the database every day, and read again to verify against."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.conf import settings
from django.db import transaction

from jiheng.foundation import clock
from jiheng.foundation.audit.models import Anchor, Head
from jiheng.foundation.audit.verifier import anchors_in

LIST = "锚点.txt"
"""The file in each folder that holds every anchor, a line each; the sheets beside it are for paper."""


@dataclass(frozen=True)
class Kept:
    """The anchors of a place outside, by number; and what could not be read or does not agree."""

    anchors: dict[int, str]
    troubles: tuple[str, ...]


def keep_daily() -> list[str]:
    """Write today's head of every place into every folder of the setting; return what did not succeed, in words.

    Once a day and place: what stands outside is never written over. A folder that could not be written, or came in
    later, gets the same anchor when it is asked again. Without folders nothing is kept.
    """
    troubles: list[str] = []
    folders: list[Path] = settings.ANCHOR_FOLDERS
    if not folders:
        return []
    today = clock.today()
    kept = list(Anchor.objects.filter(day=today).select_related("place"))
    for one in kept:
        for folder in folders:
            try:
                if not _stands(folder, one):
                    _write(folder, one, today)
            except OSError as error:
                troubles.append(_unwritten(folder, error))
    done = {one.place_id for one in kept}
    for head in Head.objects.filter(number__gt=0).exclude(place_id__in=done).select_related("place"):
        written = []
        for folder in folders:
            try:
                _write(folder, head, today)
            except OSError as error:
                troubles.append(_unwritten(folder, error))
            else:
                written.append(str(folder))
        if written:
            with transaction.atomic():
                Anchor.objects.create(
                    place=head.place, day=today, at=clock.now(), number=head.number, digest=head.digest,
                    algorithm=head.algorithm, kept_in=written,
                )  # fmt: skip
    return troubles


def _unwritten(folder: Path, error: OSError) -> str:
    return f"锚点没有写进 {folder}：{error.strerror or error}"


def _line(head: Head | Anchor, day: date) -> str:
    return f"{day.isoformat()} {head.place.code} {head.number}:{head.digest}\n"


def _stands(folder: Path, kept: Anchor) -> bool:
    listed = folder / LIST
    return listed.exists() and _line(kept, kept.day) in listed.read_text(encoding="utf-8", errors="replace")


def _write(folder: Path, head: Head | Anchor, today: date) -> None:
    """Put the anchor into one folder: a line in the list, and a sheet for printing or mailing."""
    line = _line(head, today)
    listed = folder / LIST
    with listed.open("a", encoding="utf-8") as file:
        file.write(line)
    sheet = folder / f"{head.place.code}-{today.isoformat()}.txt"
    if not sheet.exists():
        sheet.write_text(sheet_of(head, today), encoding="utf-8")


def sheet_of(head: Head | Anchor, today: date) -> str:
    """Return the sheet of one day: to be printed and signed, or mailed to the auditors."""
    digest = " ".join(head.digest[at : at + 8] for at in range(0, 64, 8))
    return f"""绩衡审计链锚点

地区        {head.place.name}（{head.place.code}）
日期        {today:%Y年%m月%d日}
序号        {head.number}
摘要算法    {head.algorithm}
摘要        {digest}

{head.place.code} {head.number}:{head.digest}

到这一天为止，该地区的审计链共 {head.number} 条。此后其中任何一条被改动、删除、调换，或者整条链被重做，
与本页对照即可发现。核验：jiheng audit verify，或者导出后用 verify.py，都不需要信任数据库。

留存人签字                        日期
"""


def kept_outside(code: str) -> Kept:
    """Read the anchors of a place from the folders of the setting."""
    found: dict[int, str] = {}
    troubles: list[str] = []
    for folder in settings.ANCHOR_FOLDERS:
        listed = Path(folder) / LIST
        try:
            text = listed.read_text(encoding="utf-8") if listed.exists() else ""
            read = anchors_in(text, code)
        except (OSError, ValueError) as error:
            troubles.append(f"{listed} 读不出来：{error}")
            continue
        for number, digest in read.items():
            if found.setdefault(number, digest) != digest:
                troubles.append(f"第 {number} 条的锚点各处不一致，请查明哪一处被改动：{listed}")
    return Kept(found, tuple(troubles))


def missing_outside(place_id: int, outside: Iterable[int]) -> list[Anchor]:
    """Return the anchors that the database says were kept and that are in no folder any more."""
    there = set(outside)
    return [one for one in Anchor.objects.filter(place_id=place_id) if one.number not in there]
