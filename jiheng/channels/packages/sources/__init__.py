"""Where decisions come from, one file for each kind."""
