"""Budget years of a place, their windows and extensions."""
