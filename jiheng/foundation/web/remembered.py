"""An uploaded form between the page that shows what it would change and the one that takes it over."""

from typing import Any, NamedTuple

from django.core import signing
from django.db.models import Model

HOUR = 3600


class Remembered(NamedTuple):
    """A file by its name and digest, and the version of the record beside which it was shown."""

    name: str
    digest: str
    seen: int


def token_of(record: Model, kept: Remembered) -> str:
    """Return a signed token that stands for the upload, for this record alone."""
    return signing.dumps([record.pk, *kept], salt=_salt(record))


def remembered(record: Model, token: str) -> Remembered | None:
    """Return what the token stands for; None when it is older than an hour, not ours, or another record's."""
    try:
        found: list[Any] = signing.loads(token, salt=_salt(record), max_age=HOUR)
    except signing.BadSignature:
        return None
    return Remembered(*found[1:]) if found[0] == record.pk else None


def _salt(record: Model) -> str:
    return f"upload.{record._meta.label_lower}"
