"""Checks of performance goals, one file each."""
