"""Django's entry to files."""

from django.apps import AppConfig


class FilesConfig(AppConfig):
    """附件."""

    name = "jiheng.foundation.files"
    label = "files"
    verbose_name = "附件"
    default_auto_field = "django.db.models.BigAutoField"
