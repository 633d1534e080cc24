"""The turn to write a record, so that of two people on the same page one is told, and a page sent twice writes once."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Model, Q, QuerySet

from jiheng.foundation.refused import mistaken, refuse
from jiheng.foundation.workflow.advance import Overtaken
from jiheng.foundation.workflow.models import Case


@dataclass(frozen=True)
class Seen:
    """What the page that saves had before it: the version of its part, and the page's own mark.

    A page that saves again and again (autosave) carries the same mark and is not overtaken by itself.
    """

    version: int
    page: str = ""


def claim(case: Case, part: str = "", *, seen: Seen | None = None, version: int | None = None) -> None:
    """Count the versions up by compare-and-set; Overtaken when somebody wrote or moved the case first.

    `part` names what is written alone (its fields are `<part>_version` and `<part>_page`), so that two
    people may fill two parts of one form at a time; "" is the whole record. `version` is the version of
    the whole that the person saw. Without either, the case must still be as it was read.
    """
    rows = type(case)._default_manager.filter(pk=case.pk, state=case.state)
    if version is not None:
        rows = rows.filter(version=version)
    if seen is not None:
        same = Q(**{f"{part}_version": seen.version})
        rows = rows.filter(same | Q(**{f"{part}_page": seen.page}) if seen.page else same)
    elif version is None:
        own = f"{part}_version" if part else "version"
        rows = rows.filter(**{own: getattr(case, own)})
    counted = ["version", f"{part}_version"] if part else ["version"]
    marks = {f"{part}_page": seen.page if seen else ""} if part else {}
    if rows.update(**{name: F(name) + 1 for name in counted}, **marks) != 1:
        raise Overtaken
    case.refresh_from_db(fields=[*counted, *marks])


def fill_once(record: Model, told: Mapping[str, Any], *blank: str) -> None:
    """Write columns that are filled once: only while those named `blank` are; Overtaken when somebody filled them first."""
    empty = {name: None if record._meta.get_field(name).null else "" for name in blank}
    rows = type(record)._default_manager.filter(pk=record.pk, **empty)
    if rows.update(**told) != 1:
        raise Overtaken
    for name, value in told.items():
        setattr(record, name, value)


ANOTHER = "不须再登记一次；确是另一件的，请写明不同之处"


def only_once(
    beside: Model, same: QuerySet[Any], words: str, where: str = "", *, clause: str = "", remedy: str = ANOTHER
) -> None:
    """Refuse what was entered already: whoever sends a page twice waits for the row `beside`, then finds what the first wrote.

    `same` are the records that say just the same; `words` tell what there is, `remedy` what to do where it is another one.
    `clause` is by what a rule forbids the second, where one does.
    """
    type(beside)._default_manager.select_for_update().get(pk=beside.pk)
    if same.exists():
        raise refuse(words, clause, remedy, where) if clause else mistaken(words, remedy=remedy, where=where)
