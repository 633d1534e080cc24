"""One scoring method a file; the docstring is shown to users."""
