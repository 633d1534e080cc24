"""Django's entry to exchange."""

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    """数据交换."""

    name = "jiheng.channels.exchange"
    label = "exchange"
    verbose_name = "数据交换"
    default_auto_field = "django.db.models.BigAutoField"
