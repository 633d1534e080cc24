"""Taking money back after monitoring: what is found by rule, decided by a person, written to the ledger."""
