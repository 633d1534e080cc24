"""Agencies and experts who evaluate for the bureau."""
