"""Django's entry to experts."""

from django.apps import AppConfig


class ExpertsConfig(AppConfig):
    """专家与机构."""

    name = "jiheng.registers.experts"
    label = "experts"
    verbose_name = "专家与机构"
    default_auto_field = "django.db.models.BigAutoField"
    sealed_kinds = "jiheng.registers.experts.proving.KINDS"
