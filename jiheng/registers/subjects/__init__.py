"""What is funded or judged: one row a subject, one row a subject and year."""
