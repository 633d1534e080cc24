"""Files that prove a record are held against the chain with it: which they are, and what they hold."""

import hashlib
from collections.abc import Iterator

from jiheng.foundation.audit.sealing import Part
from jiheng.foundation.files.models import Evidence, StoredFile

EVIDENCE = Part("evidence", "附件", Evidence, always=True)
CONTENTS = Part("files", "附件的内容", StoredFile, always=True, place="uses__place", subject="uses__subject")
ATTACHED = (EVIDENCE, CONTENTS)
PIECE = 1024 * 1024


def broken_files(place_id: int) -> Iterator[str]:
    """Name the attached files of a place whose bytes are not those of their digest any more, or are gone."""
    held = StoredFile.objects.filter(uses__place=place_id).distinct().order_by("pk")
    for one in held.iterator(chunk_size=500):
        found = hashlib.sha256()
        try:
            with one.content.open("rb") as opened:
                while piece := opened.read(PIECE):
                    found.update(piece)
        except OSError:
            yield f"附件 {_name(one)}：文件不见了；请按备份恢复"
            continue
        if found.hexdigest() != one.digest:
            yield f"附件 {_name(one)}：内容与摘要不符，文件曾被替换；请按备份恢复"


def _name(file: StoredFile) -> str:
    used = Evidence.objects.filter(file=file).order_by("pk")[:1].get()
    return f"“{used.name}”（{used.subject}，{file.digest[:12]}…）"
