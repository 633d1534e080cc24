"""Figures with definitions; each opens its rows."""
