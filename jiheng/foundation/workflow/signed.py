"""Who has signed records as they stand now, and who sent them back."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from jiheng.foundation.audit.services import subject_key
from jiheng.foundation.portions import portions
from jiheng.foundation.workflow.models import Case, Signature

AT_ONCE = 500
C = TypeVar("C", bound=Case)


def who_signed(records: Iterable[C], content: Callable[[C], str]) -> dict[int, set[int]]:
    """Return by record who has signed its submission as it stands now; void and used signatures do not count.

    `content` is what a signature is put under. One query for each 500 records.
    """
    by_key = {subject_key(one): one for one in records}
    keys, found = sorted(by_key), dict[int, set[int]]()
    for part in portions(keys, AT_ONCE):
        rows = Signature.objects.filter(subject__in=part, action="submit", used=False)
        for subject, user, signed in rows.values_list("subject", "user_id", "content_hash"):
            record = by_key[subject]
            if signed == content(record):
                found.setdefault(record.pk, set()).add(user)
    return found


def sent_back(records: Iterable[Case], *, taken_only: bool = False) -> dict[int, Signature]:
    """Return, by record whose latest step was a return, that step: who sent it back and why.

    With `taken_only` signatures of a step that waits for others do not count as steps. One query for each 500 records.
    """
    by_key = {subject_key(one): one.pk for one in records}
    keys, latest = sorted(by_key), dict[int, Signature]()
    for part in portions(keys, AT_ONCE):
        rows = Signature.objects.filter(subject__in=part)
        for row in (rows.filter(used=True) if taken_only else rows).order_by("pk"):
            latest[by_key[row.subject]] = row
    return {pk: row for pk, row in latest.items() if row.action == "return"}


def last_return(record: Case) -> Signature | None:
    """Return the step that gave a record back last, whatever came after it; None where it never came back."""
    return Signature.objects.filter(subject=subject_key(record), action="return").order_by("-pk").first()
