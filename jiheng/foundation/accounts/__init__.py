"""People, organisations in a tree, appointments, and what a person may do."""
