"""The scoring methods, one file each. To add one, add a file: the registry finds it."""
