"""Scoring methods, scorecards and grades."""
