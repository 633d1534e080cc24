"""Who reads the chain: the audit body and the audit administrator, each of their own place."""

from django.db.models import QuerySet

from jiheng.foundation.accounts.person import Person, Verdict, allow, deny
from jiheng.foundation.audit.models import Entry
from jiheng.rules.policy.clauses import national_clause

READERS = frozenset({"auditor", "discipline", "audit_admin"})


def may_read_chain(person: Person, _: Entry | None = None) -> Verdict:
    """Auditors read everything that was done; nobody writes."""
    if person.role in READERS:
        return allow()
    return deny(
        "审计链由审计监督机构和审计管理员查阅；每条记录自己的办理经过在该记录页面上",
        national_clause("duty_access"),
    )


def visible_entries(person: Person) -> QuerySet[Entry]:
    """Return the chain of the person's place, for those who may read it."""
    if person.role not in READERS:
        return Entry.objects.none()
    return Entry.objects.filter(place_id=person.place_id)
