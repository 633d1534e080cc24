"""Django's entry to duties."""

from django.apps import AppConfig


class DutiesConfig(AppConfig):
    """职责与重点工作."""

    name = "jiheng.registers.duties"
    label = "duties"
    verbose_name = "职责与重点工作"
    default_auto_field = "django.db.models.BigAutoField"
    sealed_kinds = "jiheng.registers.duties.proving.KINDS"
    sealed_parts = "jiheng.registers.duties.proving.PARTS"
