"""Duties with their days of force, the year's main works, and which money serves which duty."""

from typing import ClassVar

from django.db import models


class Duty(models.Model):
    """One duty of a body by its 三定方案. Its words stay; what changes is ended and written anew."""

    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="duties")
    code = models.CharField("职责编号", max_length=20)
    text = models.CharField("职责", max_length=300)
    main = models.BooleanField("主要职责", default=False)
    source = models.CharField("依据文件", max_length=200)
    valid_from = models.DateField("生效日期")
    valid_to = models.DateField("终止日期", null=True)
    end_reason = models.CharField("终止理由", max_length=300, blank=True)
    written_by = models.CharField("登记人", max_length=200)
    written_on = models.DateField("登记日期")
    batch = models.ForeignKey("files.ImportBatch", models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ("organisation", "code", "pk")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "code"], name="duty_once"),
            models.CheckConstraint(
                condition=models.Q(valid_to__isnull=True) | models.Q(valid_to__gte=models.F("valid_from")),
                name="duty_days_in_order",
            ),
        ]

    def __str__(self) -> str:
        return self.text


class MainWork(models.Model):
    """One main work of the year (年度重点工作) of a body, with the duty that it serves; null while nobody owns it."""

    cycle = models.ForeignKey("cycles.Cycle", models.PROTECT, related_name="main_works")
    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="main_works")
    code = models.CharField("工作编号", max_length=20)
    name = models.CharField("重点工作", max_length=200)
    duty = models.ForeignKey(Duty, models.PROTECT, null=True, related_name="works", verbose_name="对应职责")
    source = models.CharField("来源文件", max_length=200)
    written_by = models.CharField("登记人", max_length=200)
    written_on = models.DateField("登记日期")
    batch = models.ForeignKey("files.ImportBatch", models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ("organisation", "code", "pk")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["cycle", "organisation", "code"], name="main_work_once"),
        ]

    def __str__(self) -> str:
        return self.name


class DutyShare(models.Model):
    """How much of a project's money serves a duty, per cent; the shares of one project and year make 100."""

    subject_year = models.ForeignKey("subjects.SubjectYear", models.PROTECT, related_name="duty_shares")
    duty = models.ForeignKey(Duty, models.PROTECT, related_name="shares")
    percent = models.DecimalField("比例", max_digits=5, decimal_places=2)

    class Meta:
        ordering = ("pk",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["subject_year", "duty"], name="duty_share_once"),
            models.CheckConstraint(condition=models.Q(percent__gt=0, percent__lte=100), name="duty_share_percent"),
        ]

    def __str__(self) -> str:
        return f"{self.duty} {self.percent}%"
