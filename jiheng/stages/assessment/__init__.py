"""Assessment of departments by the record of the year."""
