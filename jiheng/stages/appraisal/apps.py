"""Django's entry to appraisal."""

from django.apps import AppConfig


class AppraisalConfig(AppConfig):
    """事前评估."""

    name = "jiheng.stages.appraisal"
    label = "appraisal"
    verbose_name = "事前评估"
    default_auto_field = "django.db.models.BigAutoField"
    sealed_kinds = "jiheng.stages.appraisal.proving.KINDS"
