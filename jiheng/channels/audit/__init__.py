"""The chain as auditors read it: is it whole, who did what."""
