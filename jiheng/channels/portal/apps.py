"""Django's entry to portal."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """公开门户."""

    name = "jiheng.channels.portal"
    label = "portal"
    verbose_name = "公开门户"
    default_auto_field = "django.db.models.BigAutoField"
