"""Background work: enqueued in the transaction, run after commit, once."""
