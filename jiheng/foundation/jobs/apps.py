"""Django's entry to jobs."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """任务."""

    name = "jiheng.foundation.jobs"
    label = "jobs"
    verbose_name = "任务"
    default_auto_field = "django.db.models.BigAutoField"
