"""What a periodic report is: its outline in the pack, its content from the same queries as the pages."""

from collections.abc import Callable
from dataclasses import dataclass

from jiheng.foundation.accounts.person import Person
from jiheng.foundation.documents.report import Report
from jiheng.registers.cycles.models import Cycle


@dataclass(frozen=True)
class ReportKind:
    """One kind of report: the key of its outline, its name, for whom, and how its content is gathered."""

    key: str
    name: str
    purpose: str
    build: Callable[[Cycle, Person], Report]
