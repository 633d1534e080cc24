"""What waits for me, what came back, what I watch."""
