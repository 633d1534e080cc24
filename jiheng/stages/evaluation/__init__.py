"""Self-evaluation, re-check, department, bureau and in-process evaluation."""
