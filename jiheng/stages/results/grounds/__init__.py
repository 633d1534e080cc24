"""Repeated, fragmented, finished and expired policies and projects: marked, decided, binding on the next budget."""
