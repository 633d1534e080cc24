"""Case library: the best of what was decided, by kind, nominated by one person and approved by another."""
