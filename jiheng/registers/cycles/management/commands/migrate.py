"""`migrate`, Django's own, between taking the triggers of closed years away and setting them anew.

A migration may make a table anew (SQLite does so for most changes), which loses triggers and fails where
others name the table.
"""

from typing import Any

from django.core.management.commands import migrate
from django.db import DEFAULT_DB_ALIAS

from jiheng.registers.cycles.freeze import freeze, thaw


class Command(migrate.Command):
    """Django's command with the freeze of closed years around it."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate; afterwards a closed year is closed again in the database."""
        changes = options["database"] == DEFAULT_DB_ALIAS and not (options["plan"] or options["check_unapplied"])
        if changes:
            thaw()
        try:
            super().handle(*args, **options)
        finally:
            if changes:
                freeze()
