"""Signing in beyond the password: the second factor, and a platform that vouches for people."""
