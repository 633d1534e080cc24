"""Who sees the ledger, who books by hand and who takes an entry back."""

from django.db.models import QuerySet

from jiheng.foundation.accounts.person import Person, Verdict, allow, deny
from jiheng.foundation.sealed import while_open
from jiheng.registers.budgets.models import LedgerEntry
from jiheng.registers.subjects.access import may_see_subjects, within
from jiheng.rules.policy.clauses import national_clause


def visible_entries(person: Person) -> QuerySet[LedgerEntry]:
    """Return the ledger entries that the person may see: as for the subjects that they belong to."""
    found = LedgerEntry.objects.filter(within(person, "subject_year__"))
    related = found.select_related(
        "subject_year__subject",
        "subject_year__unit",
        "subject_year__department",
        "batch",
        "reverses",
    )
    # Beside, not joined: nearly no entry is taken back, and SQLite would look through the whole ledger for each.
    related = related.prefetch_related("reversed_by")
    return related.defer("subject_year__overview", "subject_year__basis", "batch__report")


def may_see_ledger(person: Person, _: LedgerEntry | None = None) -> Verdict:
    """Whoever sees projects sees their money."""
    return may_see_subjects(person)


def may_book(person: Person) -> Verdict:
    """集中支付中心 books payments and adjustments by hand, with the reason."""
    if person.role == "treasury":
        return allow()
    return deny("台账由集中支付中心登记", national_clause("duty_offices"))


@while_open
def may_reverse(person: Person, entry: LedgerEntry) -> Verdict:
    """集中支付中心 takes back a budget, an adjustment or a payment; what a decision caused is undone by a decision."""
    verdict = may_book(person)
    if not verdict:
        return verdict
    if entry.reverses_id is not None:
        return deny("冲销分录不能再冲销", national_clause("duty_vouchers"))
    if hasattr(entry, "reversed_by"):
        return deny("该笔已冲销过", national_clause("duty_vouchers"))
    if entry.cause:
        return deny("由决定产生的分录，须由新的决定更正", national_clause("duty_vouchers"))
    return allow()
