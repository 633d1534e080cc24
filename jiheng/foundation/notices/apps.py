"""Django's entry to notices."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """通知."""

    name = "jiheng.foundation.notices"
    label = "notices"
    verbose_name = "通知"
    default_auto_field = "django.db.models.BigAutoField"
