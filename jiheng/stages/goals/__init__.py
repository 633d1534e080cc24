"""Performance goals, approved with the budget."""
