"""Django's entry to reports."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """报表."""

    name = "jiheng.channels.reports"
    label = "reports"
    verbose_name = "报表"
    default_auto_field = "django.db.models.BigAutoField"
