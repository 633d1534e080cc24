"""Accountability (问责): situations and measures of the pack, decided by another than the one who opened it."""
