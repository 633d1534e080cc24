"""Ways in and out: desk, dashboards, exchange, reports, portal."""
