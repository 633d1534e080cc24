"""Duties of departments and units (三定职责), the year's main works, and the shares of money that serve them."""
