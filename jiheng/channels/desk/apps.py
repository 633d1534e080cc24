"""Django's entry to desk."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """工作台."""

    name = "jiheng.channels.desk"
    label = "desk"
    verbose_name = "工作台"
    default_auto_field = "django.db.models.BigAutoField"
