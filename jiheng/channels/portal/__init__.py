"""What citizens read, without sign-in."""
