"""A whole department's goal worked out from its projects' goals."""
