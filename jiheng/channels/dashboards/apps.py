"""Django's entry to dashboards."""

from django.apps import AppConfig


class DashboardsConfig(AppConfig):
    """驾驶舱."""

    name = "jiheng.channels.dashboards"
    label = "dashboards"
    verbose_name = "驾驶舱"
    default_auto_field = "django.db.models.BigAutoField"
