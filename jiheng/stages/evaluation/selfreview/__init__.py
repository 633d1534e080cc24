"""Scoring self-evaluations on a review table, side by side, where a place has them scored."""
