"""Django's entry to the explanation of rights."""

from django.apps import AppConfig


class RightsConfig(AppConfig):
    """权限说明."""

    name = "jiheng.channels.rights"
    label = "rights"
    verbose_name = "权限说明"
