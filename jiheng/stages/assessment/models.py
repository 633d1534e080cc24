"""Departments scored by the record of the year."""

from typing import ClassVar

from django.db import models


class Assessment(models.Model):
    """One department in one cycle; computed from the record, confirmed by a person."""

    place = models.ForeignKey("accounts.Place", models.PROTECT, related_name="+")
    cycle = models.ForeignKey("cycles.Cycle", models.PROTECT, related_name="assessments")
    department = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="assessments")
    scorecard = models.CharField("评分表", max_length=60)
    total = models.DecimalField("总分", max_digits=6, decimal_places=2)
    grade = models.CharField("等级", max_length=20)
    computed_at = models.DateTimeField("计算时间")
    confirmed_on = models.DateField("确认日期", null=True)
    confirmed_by = models.CharField("确认人", max_length=200, blank=True)

    class Meta:
        ordering = ("-total", "pk")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["cycle", "department"], name="assessment_once"),
        ]

    def __str__(self) -> str:
        return f"{self.department} {self.total}"


class AssessmentLine(models.Model):
    """One item: the fact from the record, the points, and how they follow."""

    assessment = models.ForeignKey(Assessment, models.CASCADE, related_name="lines")
    item = models.CharField("考核指标", max_length=60)
    value = models.DecimalField("指标值", max_digits=12, decimal_places=4, null=True)
    fact = models.CharField("事实", max_length=300)
    points = models.DecimalField("得分", max_digits=6, decimal_places=2, null=True)
    calculation = models.CharField("计算过程", max_length=300)

    class Meta:
        ordering = ("pk",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["assessment", "item"], name="assessment_line_once"),
        ]

    def __str__(self) -> str:
        return f"{self.item} {self.points}"
