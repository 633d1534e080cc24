"""The checks of goals, one file each. To add one, add a file: the registry finds it."""
