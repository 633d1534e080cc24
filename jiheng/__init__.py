"""绩衡: full-process budget performance management."""
