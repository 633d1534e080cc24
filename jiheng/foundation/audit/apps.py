"""Django's entry to audit."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """审计链."""

    name = "jiheng.foundation.audit"
    label = "audit"
    verbose_name = "审计链"
    default_auto_field = "django.db.models.BigAutoField"
