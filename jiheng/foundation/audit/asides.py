"""Personal data beside the chain: kept by salted digest, read back for pages, taken away by an act."""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from jiheng.foundation.audit.models import GONE, Aside
from jiheng.foundation.audit.verifier import ASIDE, aside_digest


def beside(place_id: int, algorithm: str, text: str, about: str) -> Aside:
    """Return the row that holds a text about somebody, made when there is none: one for many entries."""
    held = Aside.objects.filter(place_id=place_id, about=about, text=text, erased_at=None)
    found = held.filter(digest__startswith=f"{algorithm}:").first()
    return found or Aside.objects.create(**_made(place_id, algorithm, text, about))


def _made(place_id: int, algorithm: str, text: str, about: str) -> dict[str, Any]:
    salt = secrets.token_hex(16)
    digest = aside_digest(algorithm, salt, text)
    return {"place_id": place_id, "digest": digest, "salt": salt, "text": text, "about": about}


def sealed_details(place_id: int, algorithm: str, notes: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the details of notes as they are sealed: what tells of a person stands as a digest, kept beside."""
    made, rows = [], []
    for note in notes:
        detail = dict(note["detail"])
        for key in note["of"].keys() & detail.keys():
            if detail[key]:
                row = Aside(**_made(place_id, algorithm, str(detail[key]), note["of"][key]))
                rows.append(row)
                detail[key] = {ASIDE: row.digest}
        made.append(detail)
    Aside.objects.bulk_create(rows, batch_size=500)
    return made


def with_asides(details: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return details as people read them: what stands beside the chain put in, 已清除 where it is gone; one query."""
    given = list(details)
    asked = {value[ASIDE] for one in given for value in one.values() if _is_aside(value)}
    if not asked:
        return given
    told = {one.digest: str(one) for one in Aside.objects.filter(digest__in=asked)}
    return [
        {key: told.get(value[ASIDE], GONE) if _is_aside(value) else value for key, value in one.items()}
        for one in given
    ]


def _is_aside(value: object) -> bool:
    return isinstance(value, dict) and set(value) == {ASIDE}


def take_away(place_id: int, about: Iterable[str], moment: datetime) -> list[str]:
    """Empty everything beside a place's chain that tells of somebody; return the digests, which stay."""
    held = Aside.objects.filter(place_id=place_id, about__in=list(about), erased_at=None).order_by("pk")
    digests = list(held.values_list("digest", flat=True))
    held.update(text="", salt="", erased_at=moment)
    return digests
