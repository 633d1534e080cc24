"""Which rules hold: frozen packs, what the bureau confirmed, amendments."""
