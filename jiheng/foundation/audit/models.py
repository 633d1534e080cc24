"""One chain a place: entries that cannot be changed, the head that seals them, its anchors outside."""

from typing import ClassVar

from django.db import models


class Entry(models.Model):
    """One sealed line of the chain."""

    place = models.ForeignKey("accounts.Place", models.PROTECT, related_name="+")
    number = models.BigIntegerField("序号")
    at = models.DateTimeField("时间")
    actor = models.CharField("经办人", max_length=200)
    actor_id = models.BigIntegerField(null=True)
    role = models.CharField("角色", max_length=30, blank=True)
    action = models.CharField("动作", max_length=60)
    subject = models.CharField("对象", max_length=80)
    detail = models.JSONField("内容", default=dict)
    clause = models.CharField("依据", max_length=300, blank=True)
    request = models.CharField("请求编号", max_length=40, blank=True)
    algorithm = models.CharField("摘要算法", max_length=12)
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ("place_id", "number")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["place", "number"], name="audit_number_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["subject", "number"], name="audit_subject")]

    def __str__(self) -> str:
        return f"{self.number} {self.action} {self.subject}"


class Head(models.Model):
    """The last number and digest of a place's chain; its row is the lock."""

    place = models.OneToOneField("accounts.Place", models.PROTECT, primary_key=True, related_name="+")
    number = models.BigIntegerField(default=0)
    digest = models.CharField(max_length=64, blank=True)

    def __str__(self) -> str:
        return f"{self.place_id}: {self.number}"
