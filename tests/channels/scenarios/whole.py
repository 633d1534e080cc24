"""What every played year leaves: a chain that holds, and records, ledger and publications that are what it sealed."""

from jiheng.foundation.accounts.models import Place
from jiheng.foundation.audit.proving import proved_records
from jiheng.foundation.audit.queries import first_break
from jiheng.registers.budgets.proving import broken_ledger


def assert_whole(place: Place) -> None:
    """Nothing of a year that went through the services looks like tampering."""
    assert first_break(place.pk) is None
    proved = proved_records(place.pk)
    assert proved.lines == []
    assert proved.records > 0
    assert proved.unsealed == 0
    assert broken_ledger(place.pk) == []
