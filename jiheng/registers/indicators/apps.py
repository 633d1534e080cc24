"""Django's entry to indicators."""

from django.apps import AppConfig


class IndicatorsConfig(AppConfig):
    """指标库."""

    name = "jiheng.registers.indicators"
    label = "indicators"
    verbose_name = "指标库"
    default_auto_field = "django.db.models.BigAutoField"
    sealed_kinds = "jiheng.registers.indicators.proving.KINDS"
