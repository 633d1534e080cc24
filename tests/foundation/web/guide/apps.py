"""Django's entry to the style guide."""

from django.apps import AppConfig


class GuideConfig(AppConfig):
    """The style guide."""

    name = "tests.foundation.web.guide"
    label = "guide"
