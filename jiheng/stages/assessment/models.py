"""Departments, and the finance bureaus of places below, scored by the record of the year."""

from typing import ClassVar

from django.db import models


class Assessment(models.Model):
    """One department in one cycle, or the finance bureau of a place right below; computed, confirmed by a person.

    `place` and `cycle` are those of who assesses; `department` is the body assessed, `scorecard` tells its kind.
    """

    place = models.ForeignKey("accounts.Place", models.PROTECT, related_name="+")
    cycle = models.ForeignKey("cycles.Cycle", models.PROTECT, related_name="assessments")
    department = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="assessments")
    scorecard = models.CharField("评分表", max_length=60)
    total = models.DecimalField("总分", max_digits=6, decimal_places=2)
    base = models.DecimalField("基础分", max_digits=6, decimal_places=2, default=0)
    plus = models.DecimalField("加分", max_digits=6, decimal_places=2, default=0)
    minus = models.DecimalField("减分", max_digits=6, decimal_places=2, default=0)
    vetoed = models.BooleanField("一票否决", default=False)
    calculation = models.TextField("总分计算", blank=True)
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


class OutsideFact(models.Model):
    """A fact from outside the system that adds points, takes some or vetoes; with its source, never deleted.

    For an item of the card that no record tells, `points` holds its value (指标数) in the unit of the item, or the
    points where people score it; where nothing of the kind happened, the item does not apply.
    """

    KINDS: ClassVar = [
        ("plus", "加分"), ("minus", "减分"), ("veto", "一票否决"), ("figure", "指标数"), ("absent", "不适用"),
    ]  # fmt: skip
    FIGURES: ClassVar = {"figure", "absent"}

    place = models.ForeignKey("accounts.Place", models.PROTECT, related_name="+")
    cycle = models.ForeignKey("cycles.Cycle", models.PROTECT, related_name="outside_facts")
    department = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="outside_facts")
    kind = models.CharField("性质", max_length=6, choices=KINDS)
    item = models.CharField("考核事项", max_length=60)
    points = models.DecimalField("分值", max_digits=6, decimal_places=2, default=0)
    text = models.CharField("事实", max_length=500)
    source = models.CharField("来源", max_length=300)
    recorded_on = models.DateField("登记日期")
    recorded_by = models.CharField("登记人", max_length=200)
    withdrawn_on = models.DateField("撤销日期", null=True)
    withdrawn_reason = models.CharField("撤销理由", max_length=300, blank=True)

    class Meta:
        ordering = ("pk",)
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(points__gte=0), name="outside_fact_not_negative"),
        ]

    def __str__(self) -> str:
        return self.text


class Recognition(models.Model):
    """Praise with a reward, or public criticism, for a department's confirmed assessment; proposed, then decided.

    What a grade leads to is the pack's; the words and the clause are kept as they were.
    """

    place = models.ForeignKey("accounts.Place", models.PROTECT, related_name="+")
    assessment = models.OneToOneField(Assessment, models.PROTECT, related_name="recognition")
    action = models.CharField("处理", max_length=20)
    effect = models.CharField("处理原文", max_length=200)
    clause = models.CharField("依据", max_length=300)
    amount_fen = models.BigIntegerField("奖励金额", default=0)
    reason = models.TextField("理由")
    proposed_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    proposed_on = models.DateField("提出日期")
    agreed = models.BooleanField("同意", null=True)
    opinion = models.TextField("决定意见", blank=True)
    decided_on = models.DateField("决定日期", null=True)
    decided_by = models.CharField("决定人", max_length=200, blank=True)

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.assessment.department} {self.effect}"
