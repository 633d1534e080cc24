"""What every case has, and signatures bound to exactly what was signed."""

from typing import ClassVar

from django.db import models


class Case(models.Model):
    """Anything that moves by a workflow. `version` is the counter of compare-and-set."""

    place = models.ForeignKey("accounts.Place", models.PROTECT, related_name="+")
    state = models.CharField("状态", max_length=30)
    version = models.PositiveIntegerField("版次", default=0)
    created_at = models.DateTimeField("建立时间")
    moved_at = models.DateTimeField("最近办理时间", null=True)

    class Meta:
        abstract = True


class FillingTime(models.Model):
    """How long a form was filled, by one half of those who fill it: never by whom. `subject` and `role` say which half."""

    place = models.ForeignKey("accounts.Place", models.PROTECT, related_name="+")
    subject = models.CharField("对象", max_length=80)
    role = models.CharField("角色", max_length=30)
    seconds = models.PositiveIntegerField("秒", default=0)
    sittings = models.PositiveIntegerField("次", default=0)
    last_at = models.DateTimeField("最近一次")

    class Meta:
        ordering = ("pk",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["subject", "role"], name="filling_time_once"),
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.role}"


class Signature(models.Model):
    """A person's name under one step of one case, at one state of its content."""

    place = models.ForeignKey("accounts.Place", models.PROTECT, related_name="+")
    subject = models.CharField("对象", max_length=80)
    action = models.CharField("动作", max_length=30)
    state = models.CharField("签署时状态", max_length=30)
    role = models.CharField("角色", max_length=30)
    user = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    name = models.CharField("签署人", max_length=200)
    at = models.DateTimeField("签署时间")
    content_hash = models.CharField("内容摘要", max_length=64, blank=True)
    used = models.BooleanField("已生效", default=False)
    comment = models.TextField("意见", blank=True)

    class Meta:
        ordering = ("pk",)
        indexes: ClassVar = [models.Index(fields=["subject", "action"], name="signature_subject")]

    def __str__(self) -> str:
        return f"{self.name} {self.action}"
