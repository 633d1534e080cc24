"""Dual monitoring of execution and attainment."""
