"""Django's entry to action plans."""

from django.apps import AppConfig


class PlansConfig(AppConfig):
    """行动计划."""

    name = "jiheng.registers.plans"
    label = "plans"
    verbose_name = "行动计划"
    default_auto_field = "django.db.models.BigAutoField"
    sealed_kinds = "jiheng.registers.plans.proving.KINDS"
