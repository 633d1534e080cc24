"""Form definitions and the cleaning of what people type."""
