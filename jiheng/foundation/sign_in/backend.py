"""Who may sign in with a password, and reading the signed-in user together with the second factor."""

from typing import Any

from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.hashers import verify_password
from django.http import HttpRequest

from jiheng.foundation.accounts.models import User
from jiheng.foundation.accounts.passwords import strengthen
from jiheng.foundation.accounts.person import appointments_of


class KnownPeople(ModelBackend):
    """Reads the user of a session: active ones only, with the second factor and what is held today in one query."""

    def get_user(self, user_id: Any) -> User | None:
        held = list(appointments_of(user_id).select_related("user__second_factor"))
        if held:
            user = held[0].user
            user.held = held
            return user
        found = User.objects.select_related("second_factor").filter(pk=user_id).first()
        return found if found is not None and self.user_can_authenticate(found) else None


class PasswordBackend(KnownPeople):
    """Name and password; with JIHENG_PASSWORDS=0 for the emergency accounts only."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **more: Any
    ) -> Any:
        if not settings.PASSWORDS and username not in settings.BREAK_GLASS:
            User().set_password(password)  # as much work as for the others: the time tells nothing
            return None
        user = super().authenticate(request, username, password, **more)
        if isinstance(user, User) and password is not None and verify_password(password, user.password)[1]:
            strengthen(user=user, password=password)
        return user


class PlatformBackend(KnownPeople):
    """Sessions that the platform vouched for; takes no password."""

    def authenticate(self, request: HttpRequest | None, **_: Any) -> None:  # type: ignore[override]
        return None
