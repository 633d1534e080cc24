"""Uploaded files, stored by digest, served only through a permission check."""
