"""The work of the year, one folder a stage, in the order of the year."""
