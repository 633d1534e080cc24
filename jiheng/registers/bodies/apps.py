"""Django's entry to bodies."""

from django.apps import AppConfig


class BodiesConfig(AppConfig):
    """单位."""

    name = "jiheng.registers.bodies"
    label = "bodies"
    verbose_name = "单位"
    default_auto_field = "django.db.models.BigAutoField"
    sealed_kinds = "jiheng.registers.bodies.proving.KINDS"
