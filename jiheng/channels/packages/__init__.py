"""Decisions leave as one file: what a record says is put together for `rules/decision_package`, kind by kind."""
