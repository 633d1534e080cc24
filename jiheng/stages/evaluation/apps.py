"""Django's entry to evaluation."""

from django.apps import AppConfig


class EvaluationConfig(AppConfig):
    """绩效评价."""

    name = "jiheng.stages.evaluation"
    label = "evaluation"
    verbose_name = "绩效评价"
    default_auto_field = "django.db.models.BigAutoField"
    sealed_kinds = "jiheng.stages.evaluation.proving.KINDS"
