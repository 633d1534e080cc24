"""Who may sign in with a password, and reading the signed-in user together with the second factor."""

from typing import Any

from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest

from jiheng.foundation.accounts.models import User


class KnownPeople(ModelBackend):
    """Reads the user of a session: active ones only, with the second factor in the same query."""

    def get_user(self, user_id: Any) -> User | None:
        user = User.objects.select_related("second_factor").filter(pk=user_id).first()
        return user if user is not None and self.user_can_authenticate(user) else None


class PasswordBackend(KnownPeople):
    """Name and password; with JIHENG_PASSWORDS=0 for the emergency accounts only."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **more: Any
    ) -> Any:
        if not settings.PASSWORDS and username not in settings.BREAK_GLASS:
            User().set_password(password)  # as much work as for the others: the time tells nothing
            return None
        return super().authenticate(request, username, password, **more)


class PlatformBackend(KnownPeople):
    """Sessions that the platform vouched for; takes no password."""

    def authenticate(self, request: HttpRequest | None, **_: Any) -> None:  # type: ignore[override]
        return None
