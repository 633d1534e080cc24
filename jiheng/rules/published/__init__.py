"""Tables that governments have published: brought into the system's own forms, and what in them does not agree."""
