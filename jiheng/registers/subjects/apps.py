"""Django's entry to subjects."""

from django.apps import AppConfig


class SubjectsConfig(AppConfig):
    """项目库."""

    name = "jiheng.registers.subjects"
    label = "subjects"
    verbose_name = "项目库"
    default_auto_field = "django.db.models.BigAutoField"
    sealed_kinds = "jiheng.registers.subjects.proving.KINDS"
