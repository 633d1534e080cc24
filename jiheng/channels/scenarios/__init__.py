"""Scripted people who act through the services: scenarios of localities, and the demo county."""
