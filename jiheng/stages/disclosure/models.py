"""What was made public: immutable, redacted, corrected only by a new one."""

from typing import ClassVar

from django.db import models


class Publication(models.Model):
    """One published record; a correction is a new one, a withdrawal leaves a notice."""

    KINDS: ClassVar = [
        ("goal", "绩效目标"),
        ("self_evaluation", "绩效自评结果"),
        ("evaluation", "绩效评价结果"),
        ("assessment", "绩效管理考核结果"),
    ]

    place = models.ForeignKey("accounts.Place", models.PROTECT, related_name="+")
    number = models.CharField("公开编号", max_length=40, unique=True)
    kind = models.CharField("类别", max_length=20, choices=KINDS)
    budget_year = models.PositiveSmallIntegerField("预算年度")
    subject = models.CharField("对象", max_length=80)
    subject_uuid = models.UUIDField("主体")
    title = models.CharField("标题", max_length=300)
    organisation = models.CharField("公开单位", max_length=200)
    content = models.JSONField("内容")
    digest = models.CharField("内容摘要", max_length=64)
    basis = models.CharField("公开依据", max_length=300)
    due = models.DateField("应公开日期", null=True)
    published_at = models.DateTimeField("公开时间")
    published_by = models.CharField("公开人", max_length=200)
    replaces = models.OneToOneField("self", models.PROTECT, null=True, related_name="replaced_by")
    withdrawn_at = models.DateTimeField("撤回时间", null=True)
    withdrawn_reason = models.CharField("撤回原因", max_length=300, blank=True)

    class Meta:
        ordering = ("-published_at", "-pk")
        indexes: ClassVar = [
            models.Index(fields=["place", "budget_year", "kind"], name="publication_year"),
            models.Index(fields=["subject_uuid", "budget_year", "kind"], name="publication_subject"),
        ]

    def __str__(self) -> str:
        return self.title


class Dispatch(models.Model):
    """One paper sent upward or handed over: to whom, what, when, by which clause; later the receipt.

    `matter` is the parameter of the place that names the recipients. The receipt comes from another body, in its own
    time: it may be noted after the year was closed, everything else of the row stands then.
    """

    after_closing = ("received_on", "receipt")

    place = models.ForeignKey("accounts.Place", models.PROTECT, related_name="+")
    cycle = models.ForeignKey("cycles.Cycle", models.PROTECT, related_name="dispatches")
    matter = models.CharField("事项", max_length=60)
    recipient = models.CharField("报送对象", max_length=200)
    title = models.CharField("文件标题", max_length=200)
    reference = models.CharField("文号", max_length=80, blank=True)
    note = models.CharField("说明", max_length=500, blank=True)
    clause = models.CharField("依据", max_length=300)
    sent_on = models.DateField("报送日期")
    sent_by = models.CharField("登记人", max_length=200)
    received_on = models.DateField("收到日期", null=True)
    receipt = models.CharField("回执", max_length=200, blank=True)

    class Meta:
        ordering = ("pk",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["cycle", "matter", "recipient", "title"], name="dispatch_once"),
            models.CheckConstraint(
                condition=models.Q(received_on__isnull=True) | models.Q(received_on__gte=models.F("sent_on")),
                name="dispatch_received_after_sent",
            ),
        ]

    def __str__(self) -> str:
        return self.title
