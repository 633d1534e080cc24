"""Workflow tables and the engine that moves by them."""
