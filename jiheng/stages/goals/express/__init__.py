"""Money released before its goal in an emergency, with the goal that follows and the check afterwards."""
