"""Django's entry to departments' own rules."""

from django.apps import AppConfig


class RulebooksConfig(AppConfig):
    """部门制度和专职人员."""

    name = "jiheng.registers.rulebooks"
    label = "rulebooks"
    verbose_name = "部门制度和专职人员"
    default_auto_field = "django.db.models.BigAutoField"
    sealed_kinds = "jiheng.registers.rulebooks.proving.KINDS"
