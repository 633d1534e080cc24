"""Checks of tables that governments have published."""
