"""Repeats, overlaps, fragments and splits among projects: found, said in words, sorted by the money at stake."""
