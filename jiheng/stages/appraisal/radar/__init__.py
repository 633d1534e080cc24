"""The radar for repeats among the projects of a place: screening, the list, a person's decision."""
