"""Django's entry to expenditure standards."""

from django.apps import AppConfig


class StandardsConfig(AppConfig):
    """支出标准."""

    name = "jiheng.registers.standards"
    label = "standards"
    verbose_name = "支出标准"
    default_auto_field = "django.db.models.BigAutoField"
    sealed_kinds = "jiheng.registers.standards.proving.KINDS"
