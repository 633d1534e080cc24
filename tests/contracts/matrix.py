"""The permission matrix: every address × every role, worked out on the demo county.

`python -m tests.contracts.matrix` writes permissions.csv anew; look at the difference before you commit it.
"""

import csv
import io
import os
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import django
from django.urls import reverse

FILE = Path(__file__).with_name("permissions.csv")
PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")
ROWS_LOOKED_AT = 60
OPERATIONS = "api:api-v1:"
"""The names of the interface's endpoints: they take tokens, not sessions."""

# An example of every part of an address that is not a record's number.
EXAMPLES: dict[str | tuple[str, str], str] = {
    "action": "pass",
    "form": "csv",
    "key": "goals_cover",
    ("reports:file", "key"): "yearly_report",
    "kind": "pdf",
    ("exchange:export", "kind"): "projects",
    ("exchange:template", "kind"): "projects",
    ("exchange:upload", "kind"): "projects",
    "number": "none",
    ("evaluation:library_rows", "part"): "picked",
    "part": "done",
    "what": "confirm",
}


def an_indicator() -> str:
    """Return the number of an indicator of the library."""
    from jiheng.registers.indicators.models import LibraryIndicator  # noqa: PLC0415 -- Django is set up by the caller

    return str(LibraryIndicator.objects.order_by("pk").values_list("pk", flat=True)[0])


FOUND: dict[tuple[str, str], Callable[[], str]] = {("evaluation:past", "key"): an_indicator}
"""Parts of addresses that have to be looked up, where no fixed word will do."""

PUBLIC, MAY, SEES, MAY_NOT, NOTHING = "公开", "可", "见", "否", "无"
LEGEND = {
    PUBLIC: "不登录也能打开",
    MAY: "能打开或办理（演示县中至少有一条记录）",
    SEES: "看得到记录，但没有一条能这样办理",
    MAY_NOT: "不能打开",
    NOTHING: "看不到任何记录",
}


@dataclass(frozen=True)
class Address:
    """One address of the site with its access rule."""

    route: str
    name: str
    access: Any

    def at(self, pk: Any) -> str:
        """Return the address for a record, with one example of whatever else it asks for."""
        values = {
            name: FOUND[self.name, name]() if (self.name, name) in FOUND else EXAMPLES.get((self.name, name), EXAMPLES.get(name))
            for name in self.parameters
        }
        return reverse(self.name, kwargs=values | ({"pk": pk} if "pk" in values else {}))

    @property
    def parameters(self) -> list[str]:
        """The names in the route."""
        return PARAMETER.findall(self.route)


@dataclass(frozen=True)
class Cell:
    """What one role may do at one address, and a record that shows it (None where no record is asked for)."""

    word: str
    pk: Any = None


def addresses() -> list[Address]:
    """List every address, in order of route; those of the interface for programs: tests/channels/api."""
    from jiheng.foundation.web.pages import every_page  # noqa: PLC0415 -- Django is set up by the caller

    found = (Address(*one) for one in every_page() if not one[1].startswith(OPERATIONS))
    return sorted(found, key=lambda one: (one.route, one.name))


def actors() -> dict[str, Any]:
    """Return one appointment of the demo county for each role; a role without one is an error."""
    from jiheng.foundation.accounts.models import Appointment  # noqa: PLC0415
    from jiheng.foundation.accounts.roles import ROLES  # noqa: PLC0415

    held = Appointment.objects.select_related("user", "organisation__place").order_by("pk")
    found = {role: held.filter(role=role).first() for role in ROLES}
    missing = [role for role, appointment in found.items() if appointment is None]
    if missing:
        raise LookupError(f"the demo county has nobody as {missing}")
    return found


def cell(address: Address, person: Any) -> Cell:
    """Work out what a person may do at an address."""
    access = address.access
    if access.public:
        return Cell(PUBLIC)
    if access.record is None:
        return Cell(MAY if access.may(person) else MAY_NOT)
    rows = list(access.record(person).order_by("pk")[:ROWS_LOOKED_AT])
    for row in rows:
        if access.may is None or access.may(person, row):
            return Cell(MAY, row.pk)
    return Cell(SEES, rows[0].pk) if rows else Cell(NOTHING)


def matrix(listed: Iterable[Address], people: dict[str, Any]) -> Iterator[list[str]]:
    """Yield the heading and a row for each address."""
    yield ["address", "name", "methods", *people]
    for address in listed:
        cells = [cell(address, person).word for person in people.values()]
        yield [address.route, address.name, " ".join(address.access.methods), *cells]


def as_csv(rows: Iterable[list[str]]) -> str:
    """Write rows as the committed file has them."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()


def main() -> None:
    """Build the demo county in a throw-away database and write the matrix."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    django.setup()
    from django.core.management import call_command  # noqa: PLC0415

    from jiheng.channels.scenarios import demo  # noqa: PLC0415
    from jiheng.foundation.accounts.person import person_of  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    demo.build()
    people = {role: person_of(appointment) for role, appointment in actors().items()}
    FILE.write_text(as_csv(matrix(addresses(), people)), encoding="utf-8")


if __name__ == "__main__":
    main()
