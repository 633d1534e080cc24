"""Experts who score an appraisal, each alone."""
