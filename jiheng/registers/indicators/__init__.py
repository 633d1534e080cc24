"""The library of performance indicators."""
