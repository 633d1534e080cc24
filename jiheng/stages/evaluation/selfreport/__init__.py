"""The report of a self-evaluation, where the rules of the place ask for one."""
