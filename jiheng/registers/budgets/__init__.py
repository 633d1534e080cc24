"""Every yuan: append-only entries, balances computed from them."""
