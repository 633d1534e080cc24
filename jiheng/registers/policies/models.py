"""Frozen packs, the bureau's word on each assumed value, amendments, and years that took up newer rules."""

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


class Amendment(models.Model):
    """Files that one person uploaded to be laid over the place's pack; what becomes of it is its verdict.

    `base` is the digest of the rules that it was tried on, `digest` that of the rules with it.
    """

    place = models.ForeignKey("accounts.Place", models.PROTECT, related_name="+")
    title = models.CharField("名称", max_length=100)
    ground = models.CharField("依据和理由", max_length=300)
    files = models.JSONField("文件")
    base = models.CharField(max_length=64)
    digest = models.CharField("摘要", max_length=64)
    uploaded_at = models.DateTimeField("提交时间")
    uploaded_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    uploader = models.CharField("提交人", max_length=200)

    class Meta:
        ordering = ("-pk",)

    def __str__(self) -> str:
        return self.title


class AmendmentVerdict(models.Model):
    """That a second person approved an amendment, or did not; an approved one is part of the rules from then on."""

    amendment = models.OneToOneField(Amendment, models.PROTECT, related_name="verdict")
    approved = models.BooleanField("批准")
    comment = models.CharField("意见", max_length=300)
    snapshot = models.ForeignKey(Snapshot, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField("时间")
    by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    judge = models.CharField("审批人", max_length=200)

    def __str__(self) -> str:
        return "已批准" if self.approved else "未批准"


class Adoption(models.Model):
    """That an open budget year is to go on under newer rules: asked for by one person."""

    place = models.ForeignKey("accounts.Place", models.PROTECT, related_name="+")
    budget_year = models.PositiveSmallIntegerField("预算年度")
    before = models.ForeignKey(Snapshot, models.PROTECT, related_name="+")
    after = models.ForeignKey(Snapshot, models.PROTECT, related_name="+")
    reason = models.CharField("理由", max_length=300)
    asked_at = models.DateTimeField("提出时间")
    asked_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    asker = models.CharField("提出人", max_length=200)

    class Meta:
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"{self.budget_year} 年度采用新版制度"


class AdoptionVerdict(models.Model):
    """That a second person approved an adoption, or did not; from `at` on the year computes by the newer rules."""

    adoption = models.OneToOneField(Adoption, models.PROTECT, related_name="verdict")
    approved = models.BooleanField("批准")
    comment = models.CharField("意见", max_length=300)
    at = models.DateTimeField("时间")
    by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    judge = models.CharField("审批人", max_length=200)

    def __str__(self) -> str:
        return "已批准" if self.approved else "未批准"
