"""The appraisal of a new or changed item before it may enter the library."""

from typing import ClassVar

from django.db import models

from jiheng.foundation.workflow.models import Case


class Appraisal(Case):
    """One appraisal: the department's own scores first, the bureau's second, then the conclusion."""

    CONCLUSIONS: ClassVar = [
        ("supported", "予以支持"),
        ("supported_after_revision", "调整完善后予以支持"),
        ("not_supported", "不予支持"),
    ]

    cycle = models.ForeignKey("cycles.Cycle", models.PROTECT, related_name="appraisals")
    work_year = models.PositiveSmallIntegerField("工作年度")
    subject_year = models.OneToOneField("subjects.SubjectYear", models.PROTECT, related_name="appraisal")
    trigger = models.CharField("评估缘由", max_length=200)
    trigger_clause = models.CharField("缘由依据", max_length=300)
    asked_fen = models.BigIntegerField("申报金额")
    agreed_fen = models.BigIntegerField("建议安排金额", null=True)
    department_total = models.DecimalField("部门评估得分", max_digits=6, decimal_places=2, null=True)
    bureau_total = models.DecimalField("财政评估得分", max_digits=6, decimal_places=2, null=True)
    vetoes = models.JSONField("否决事项", default=list)
    proposed = models.CharField("得分所示结论", max_length=30, choices=CONCLUSIONS, blank=True)
    conclusion = models.CharField("结论", max_length=30, choices=CONCLUSIONS, blank=True)
    conclusion_reason = models.TextField("结论理由", blank=True)
    concluded_on = models.DateField("结论日期", null=True)
    sections = models.JSONField("评估说明", default=dict)

    class Meta:
        ordering = ("pk",)
        indexes: ClassVar = [models.Index(fields=["place", "work_year", "conclusion"], name="appraisal_year")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(agreed_fen__isnull=True)
                | models.Q(agreed_fen__gte=0, agreed_fen__lte=models.F("asked_fen")),
                name="appraisal_agreed_within_asked",
            ),
        ]

    def __str__(self) -> str:
        return f"事前评估 {self.subject_year}"


class AppraisalLine(models.Model):
    """The points of one item given by one side; a lost point names the missing fact."""

    SIDES: ClassVar = [("department", "部门自评估"), ("bureau", "财政评估")]

    appraisal = models.ForeignKey(Appraisal, models.CASCADE, related_name="lines")
    side = models.CharField("评估方", max_length=12, choices=SIDES)
    item = models.CharField("评估要点", max_length=60)
    points = models.DecimalField("得分", max_digits=6, decimal_places=2)
    missing_fact = models.CharField("扣分所缺事实", max_length=300, blank=True)

    class Meta:
        ordering = ("pk",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["appraisal", "side", "item"], name="appraisal_line_once"),
        ]

    def __str__(self) -> str:
        return f"{self.item} {self.points}"


class AppraisalCondition(models.Model):
    """What must be put right before the money; unmet conditions stop the library entry."""

    appraisal = models.ForeignKey(Appraisal, models.CASCADE, related_name="conditions")
    text = models.CharField("须完善事项", max_length=300)
    due = models.DateField("期限")
    answered_on = models.DateField("单位登记日期", null=True)
    met_on = models.DateField("完成日期", null=True)
    proof = models.CharField("完成说明", max_length=300, blank=True)

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.text
