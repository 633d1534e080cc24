"""A notice stands for everybody who holds the role in the organisation."""

from typing import ClassVar

from django.db import models


class Notice(models.Model):
    """One message to the holders of a role in an organisation."""

    place = models.ForeignKey("accounts.Place", models.PROTECT, related_name="+")
    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+")
    role = models.CharField("角色", max_length=30)
    text = models.CharField("内容", max_length=300)
    link = models.CharField("链接", max_length=200, blank=True)
    about = models.CharField("对象", max_length=80, blank=True)
    key = models.CharField("去重键", max_length=160, blank=True)
    at = models.DateTimeField("时间")

    class Meta:
        ordering: ClassVar = ["-pk"]
        indexes: ClassVar = [models.Index(fields=["organisation", "role", "-id"], name="notice_target")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "role", "key"], condition=~models.Q(key=""), name="notice_once"
            )
        ]

    def __str__(self) -> str:
        return self.text


class Reading(models.Model):
    """That a user, under one appointment, has read up to a notice."""

    appointment = models.OneToOneField(
        "accounts.Appointment", models.PROTECT, primary_key=True, related_name="+"
    )
    last = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.appointment_id}: {self.last}"
