"""Django's entry to the accounts."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People, organisations, appointments."""

    name = "jiheng.foundation.accounts"
    label = "accounts"
    verbose_name = "人员与单位"
    default_auto_field = "django.db.models.BigAutoField"
    sealed_kinds = "jiheng.foundation.accounts.proving.KINDS"
