"""Django's entry to policies."""

from django.apps import AppConfig


class PoliciesConfig(AppConfig):
    """制度."""

    name = "jiheng.registers.policies"
    label = "policies"
    verbose_name = "制度"
    default_auto_field = "django.db.models.BigAutoField"
    sealed_kinds = "jiheng.registers.policies.proving.KINDS"
