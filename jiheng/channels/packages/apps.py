"""Django's entry to decision packages."""

from django.apps import AppConfig


class PackagesConfig(AppConfig):
    """决定包."""

    name = "jiheng.channels.packages"
    label = "packages"
    verbose_name = "决定包"
