"""Words of monitoring in templates."""
