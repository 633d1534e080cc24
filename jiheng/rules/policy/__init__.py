"""Packs: strict reading, dated values, inheritance, digest."""
