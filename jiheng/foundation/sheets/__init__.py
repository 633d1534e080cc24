"""Workbooks: official forms written, read back and marked; lists of any length read with cell addresses."""
