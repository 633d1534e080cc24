"""REST API v1: the same services, queries and access rules as the pages, for programs with a token."""
