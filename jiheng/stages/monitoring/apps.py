"""Django's entry to monitoring."""

from django.apps import AppConfig


class MonitoringConfig(AppConfig):
    """运行监控."""

    name = "jiheng.stages.monitoring"
    label = "monitoring"
    verbose_name = "运行监控"
    default_auto_field = "django.db.models.BigAutoField"
    sealed_kinds = "jiheng.stages.monitoring.proving.KINDS"
