"""Lasting lists: policies, cycles, subjects, budgets, indicators, experts."""
