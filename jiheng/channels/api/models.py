"""Tokens, each tied to one appointment, and the answers that were given to writes."""

from typing import ClassVar

from django.db import models


class Token(models.Model):
    """A program acts with it as the person does under one appointment, and only while that lasts.

    The secret itself is shown once and kept nowhere: `digest` is its SHA-256. `areas` empty means all.
    """

    place = models.ForeignKey("accounts.Place", models.PROTECT, related_name="+")
    appointment = models.ForeignKey("accounts.Appointment", models.PROTECT, related_name="tokens")
    name = models.CharField("用途", max_length=40)
    mark = models.CharField("标识", max_length=16, unique=True)
    digest = models.CharField("密钥摘要", max_length=64)
    read_only = models.BooleanField("只读", default=True)
    areas = models.JSONField("范围", default=list, blank=True)
    created_at = models.DateTimeField("建立时间")
    expires_on = models.DateField("有效期至")
    used_on = models.DateField("最近使用", null=True, blank=True)
    revoked_at = models.DateTimeField("吊销时间", null=True, blank=True)
    revoked_by = models.CharField("吊销人", max_length=200, blank=True)

    class Meta:
        ordering = ("-pk",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["appointment", "name"],
                condition=models.Q(revoked_at__isnull=True),
                name="token_name_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}（{self.mark}）"


class Answer(models.Model):
    """What was answered to a write, kept in its own transaction: the same key gets the same answer."""

    token = models.ForeignKey(Token, models.CASCADE, related_name="answers")
    key = models.CharField("幂等键", max_length=80)
    request = models.CharField("请求摘要", max_length=64)
    status = models.PositiveSmallIntegerField("状态码", default=0)
    etag = models.CharField("版本标记", max_length=80, blank=True)
    body = models.TextField("应答", blank=True)
    at = models.DateTimeField("时间")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["token", "key"], name="answer_once")]

    def __str__(self) -> str:
        return f"{self.key} {self.status}"
