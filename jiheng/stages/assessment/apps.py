"""Django's entry to assessment."""

from django.apps import AppConfig


class AssessmentConfig(AppConfig):
    """考核."""

    name = "jiheng.stages.assessment"
    label = "assessment"
    verbose_name = "考核"
    default_auto_field = "django.db.models.BigAutoField"
    sealed_kinds = "jiheng.stages.assessment.proving.KINDS"
