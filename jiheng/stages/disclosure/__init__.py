"""What was made public, when, and what is due."""
