"""Who imports and exports which lists, and who sees what was imported."""

from django.db.models import QuerySet

from jiheng.channels.exchange.catalogue import kinds, kinds_for
from jiheng.channels.exchange.kinds import ListKind
from jiheng.channels.exchange.models import ImportLine
from jiheng.foundation.accounts.person import Person, Verdict, allow, deny
from jiheng.foundation.accounts.roles import ROLES
from jiheng.foundation.files.models import ImportBatch
from jiheng.rules.policy.clauses import national_clause


def importers() -> frozenset[str]:
    """Return the roles that may import at least one kind of list."""
    return frozenset(role for kind in kinds().values() for role in kind.roles)


def may_exchange(person: Person) -> Verdict:
    """Open the pages of exchange: whoever may import at least one list."""
    if kinds_for(person):
        return allow()
    return deny(f"“{person.role_label}”不办理清单导入", national_clause("duty_offices"))


def may_import(person: Person, kind: ListKind) -> Verdict:
    """Import, confirm and take back a kind of list."""
    if person.role in kind.roles:
        return allow()
    names = "、".join(ROLES[role].label for role in ROLES if role in kind.roles)
    return deny(f"《{kind.label}》由{names}导入", national_clause("duty_offices"))


def visible_batches(person: Person) -> QuerySet[ImportBatch]:
    """Return the batches of the kinds that the person may import: of the place, for units and departments their own."""
    held = [one.key for one in kinds_for(person)]
    found = ImportBatch.objects.filter(place_id=person.place_id, kind__in=held)
    if person.is_unit or person.role == "department_reviewer":
        found = found.filter(organisation_id__in=person.own | person.subtree)
    return found.select_related("organisation", "file")


def visible_lines(person: Person) -> QuerySet[ImportLine]:
    """Return the rows of the batches that the person may see."""
    return ImportLine.objects.filter(batch__in=visible_batches(person).order_by().values("pk"))


def may_open(person: Person, batch: ImportBatch) -> Verdict:
    """Look at a batch."""
    return may_import(person, kinds()[batch.kind])
