"""Django's entry to results."""

from django.apps import AppConfig


class ResultsConfig(AppConfig):
    """结果应用."""

    name = "jiheng.stages.results"
    label = "results"
    verbose_name = "结果应用"
    default_auto_field = "django.db.models.BigAutoField"
    sealed_kinds = "jiheng.stages.results.proving.KINDS"
