"""Who sees the indicator library, and who keeps it."""

from django.db.models import QuerySet

from jiheng.foundation.accounts.person import Person, Verdict, allow, deny
from jiheng.registers.indicators.models import LibraryIndicator
from jiheng.rules.policy.clauses import national_clause


def visible_indicators(person: Person) -> QuerySet[LibraryIndicator]:
    """Return the library of the person's place, retired ones included: old goals refer to them."""
    return LibraryIndicator.objects.filter(place_id=person.place_id)


def may_see_library(person: Person, *_record: object) -> Verdict:
    """Everybody on the business side reads the library."""
    if person.role in {"system_admin", "security_admin", "audit_admin"}:
        return deny(f"“{person.role_label}”不接触业务数据", national_clause("duty_separation"))
    return allow()


def may_keep_library(person: Person, *_record: object) -> Verdict:
    """The performance office keeps the library of its place."""
    if person.role == "performance_office":
        return allow()
    return deny(
        "指标库由财政局绩效管理股维护；单位可在申报目标时自拟指标并说明理由",
        national_clause("duty_indicator_library"),
    )
