"""Annual action plans: tasks with owner, deadline, clause, evidence and progress."""
