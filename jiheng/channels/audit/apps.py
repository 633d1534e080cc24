"""Django's entry to the pages of the chain."""

from django.apps import AppConfig


class AuditPagesConfig(AppConfig):
    """审计."""

    name = "jiheng.channels.audit"
    label = "audit_pages"
    verbose_name = "审计"
    default_auto_field = "django.db.models.BigAutoField"
