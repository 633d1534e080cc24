"""Django's entry to disclosure."""

from django.apps import AppConfig


class DisclosureConfig(AppConfig):
    """公开."""

    name = "jiheng.stages.disclosure"
    label = "disclosure"
    verbose_name = "公开"
    default_auto_field = "django.db.models.BigAutoField"
    sealed_kinds = "jiheng.stages.disclosure.proving.KINDS"
