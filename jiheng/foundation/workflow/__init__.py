"""Cases and the only door to a change of their state."""
