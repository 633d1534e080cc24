"""Django's entry to goals."""

from django.apps import AppConfig


class GoalsConfig(AppConfig):
    """绩效目标."""

    name = "jiheng.stages.goals"
    label = "goals"
    verbose_name = "绩效目标"
    default_auto_field = "django.db.models.BigAutoField"
    sealed_kinds = "jiheng.stages.goals.proving.KINDS"
    sealed_parts = "jiheng.stages.goals.proving.PARTS"
