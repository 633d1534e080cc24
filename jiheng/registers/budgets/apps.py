"""Django's entry to budgets."""

from django.apps import AppConfig


class BudgetsConfig(AppConfig):
    """资金台账."""

    name = "jiheng.registers.budgets"
    label = "budgets"
    verbose_name = "资金台账"
    default_auto_field = "django.db.models.BigAutoField"
