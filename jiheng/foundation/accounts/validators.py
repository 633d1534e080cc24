"""Rules of passwords that Django does not say in Chinese."""

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError


class LengthValidator:
    """A password has at least `shortest` characters."""

    def __init__(self, shortest: int) -> None:
        self.shortest = shortest

    def validate(self, password: str, user: AbstractBaseUser | None = None) -> None:
        if len(password) < self.shortest:
            raise ValidationError(
                f"密码太短，只有 {len(password)} 个字符，至少要 {self.shortest} 个", code="password_too_short"
            )

    def get_help_text(self) -> str:
        return f"密码至少 {self.shortest} 个字符。"
