"""Django's entry to signing in."""

from django.apps import AppConfig


class SignInConfig(AppConfig):
    """The second factor and its recovery codes."""

    name = "jiheng.foundation.sign_in"
    label = "sign_in"
    verbose_name = "登录"
    default_auto_field = "django.db.models.BigAutoField"
    sealed_parts = "jiheng.foundation.sign_in.proving.PARTS"
