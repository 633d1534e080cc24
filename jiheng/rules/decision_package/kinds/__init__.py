"""Kinds of decisions, one file each."""
