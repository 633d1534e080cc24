"""Situations that units report between two checkpoints: received, handled or handed on, closed with an answer."""
