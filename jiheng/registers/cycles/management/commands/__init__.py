"""`migrate` sets the triggers of closed years anew."""
