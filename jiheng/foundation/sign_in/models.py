"""The second factor of a user, and the codes that stand in for it when the telephone is lost."""

from typing import ClassVar

from django.db import models

from jiheng.foundation.accounts.models import User


class SecondFactor(models.Model):
    """A secret that the user's telephone shares with us; without this row a user has no second factor.

    `last_step` is the time step of the last code that was taken: a code counts once, and none before it.
    """

    user = models.OneToOneField(User, models.CASCADE, related_name="second_factor")
    secret = models.CharField("密文", max_length=300)
    enrolled_at = models.DateTimeField("绑定时间")
    last_step = models.BigIntegerField("最近一次验证码的时间步")
    failures = models.PositiveSmallIntegerField("连续输错次数", default=0)
    failed_at = models.DateTimeField("最近一次输错", null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.user} 的第二因素"


class RecoveryCode(models.Model):
    """One recovery code by its digest; it counts once."""

    factor = models.ForeignKey(SecondFactor, models.CASCADE, related_name="recovery_codes")
    digest = models.CharField("摘要", max_length=64)
    used_at = models.DateTimeField("使用时间", null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["factor", "digest"], name="recovery_code_once"),
        ]

    def __str__(self) -> str:
        return "已用的恢复码" if self.used_at else "恢复码"
