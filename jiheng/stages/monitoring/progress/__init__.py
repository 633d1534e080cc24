"""Periodic reports of departments: owed by the calendar, received or sent back by the bureau, late ones marked."""
