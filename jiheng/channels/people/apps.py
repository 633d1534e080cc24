"""Django's entry to the pages of people."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """人员与任职."""

    name = "jiheng.channels.people"
    label = "people"
    verbose_name = "人员与任职"
    default_auto_field = "django.db.models.BigAutoField"
