"""Django's entry to the shared pages."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Base templates, page access, lists, navigation."""

    name = "jiheng.foundation.web"
    label = "web"
    verbose_name = "界面"
