"""Django's entry to cycles."""

from django.apps import AppConfig


class CyclesConfig(AppConfig):
    """年度."""

    name = "jiheng.registers.cycles"
    label = "cycles"
    verbose_name = "年度"
    step_witness = "jiheng.registers.cycles.handing_in.note_step"
    default_auto_field = "django.db.models.BigAutoField"
    sealed_kinds = "jiheng.registers.cycles.proving.KINDS"
