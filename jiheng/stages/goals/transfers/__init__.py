"""Transfers handed down together with what they are for: splits, shares, what receivers make of them, the map of levels."""
