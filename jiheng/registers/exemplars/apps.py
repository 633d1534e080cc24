"""Django's entry to the case library."""

from django.apps import AppConfig


class ExemplarsConfig(AppConfig):
    """案例库."""

    name = "jiheng.registers.exemplars"
    label = "exemplars"
    verbose_name = "案例库"
    default_auto_field = "django.db.models.BigAutoField"
    sealed_kinds = "jiheng.registers.exemplars.proving.KINDS"
