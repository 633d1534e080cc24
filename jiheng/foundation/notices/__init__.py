"""Notices to a role in an organisation."""
