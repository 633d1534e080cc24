"""What is reported upward or handed over: papers with their receipts, held against whom the rules name."""
