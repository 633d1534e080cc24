"""The kinds of list that are taken in and given out: one file each, found by folder."""
