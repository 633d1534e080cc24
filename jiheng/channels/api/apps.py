"""Django's entry to the programming interface."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """数据接口."""

    name = "jiheng.channels.api"
    label = "api"
    verbose_name = "数据接口"
    default_auto_field = "django.db.models.BigAutoField"
    sealed_kinds = "jiheng.channels.api.proving.KINDS"
