"""Commands of the registers of years."""
