"""Frozen packs, and the bureau's word on each assumed value."""

from typing import ClassVar

from django.db import models


class Snapshot(models.Model):
    """The resolved pack of a place, stored whole; every computation of a cycle uses the stored one."""

    place = models.ForeignKey("accounts.Place", models.PROTECT, related_name="+")
    content = models.JSONField("内容")
    digest = models.CharField("摘要", max_length=64)
    taken_at = models.DateTimeField("固化时间")
    taken_by = models.CharField("固化人", max_length=200)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["place", "digest"], name="snapshot_once"),
        ]

    def __str__(self) -> str:
        return self.digest[:12]


class Confirmation(models.Model):
    """That the bureau confirmed one assumed value: who, when, on what ground."""

    place = models.ForeignKey("accounts.Place", models.PROTECT, related_name="+")
    entry = models.CharField("条目", max_length=120)
    value_digest = models.CharField("所确认内容的摘要", max_length=64)
    ground = models.CharField("确认依据", max_length=300)
    confirmed_at = models.DateTimeField("确认时间")
    confirmed_by = models.CharField("确认人", max_length=200)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["place", "entry", "value_digest"], name="confirmation_once"),
        ]

    def __str__(self) -> str:
        return self.entry
