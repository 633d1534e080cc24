"""申请调减预算: asked for by a unit or department after monitoring, checked, decided, written to the ledger."""
