"""Form definitions as web forms and as JSON Schema."""
