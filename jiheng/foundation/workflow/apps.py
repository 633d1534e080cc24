"""Django's entry to workflow."""

from django.apps import AppConfig


class WorkflowConfig(AppConfig):
    """流程."""

    name = "jiheng.foundation.workflow"
    label = "workflow"
    verbose_name = "流程"
    default_auto_field = "django.db.models.BigAutoField"
