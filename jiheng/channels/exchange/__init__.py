"""Lists and forms in and out."""
