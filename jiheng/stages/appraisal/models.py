"""The appraisal of a new or changed item before it may enter the library."""

from typing import ClassVar

from django.db import models

from jiheng.foundation.workflow.models import Case
from jiheng.rules.radar.facts import KINDS, strength_of


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


class RadarRun(models.Model):
    """One screening of a place's projects for repeats: by whom, over how many, by which values, on which input."""

    place = models.ForeignKey("accounts.Place", models.PROTECT, related_name="+", verbose_name="地区")
    made_at = models.DateTimeField("筛查时间")
    made_by = models.CharField("筛查人", max_length=200, blank=True)
    digest = models.CharField("所据项目的摘要", max_length=64)
    settings = models.JSONField("所用的值", default=dict)
    projects = models.PositiveIntegerField("项目数")
    left_out = models.PositiveIntegerField("不比较的项目数")
    found = models.PositiveIntegerField("报出数")

    class Meta:
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"{self.made_at:%Y-%m-%d} 重复筛查"


class RadarHit(models.Model):
    """Projects that are alike, as the last screening saw them; `verdict` follows from the last decision about them.

    `identity` names the projects and whether they are a pair or a group; `digest` is of what they said when they were
    found. A hit that somebody decided about stays when it is no longer found (`current` false).
    """

    KINDS: ClassVar = list(KINDS.items())
    VERDICTS: ClassVar = [
        ("open", "待判断"),
        ("changed", "内容有变，须再判断"),
        ("merge", "重复，整合"),
        ("reject", "重复，不予安排"),
        ("distinct", "不重复"),
    ]

    place = models.ForeignKey("accounts.Place", models.PROTECT, related_name="+", verbose_name="地区")
    identity = models.CharField("标识", max_length=64)
    kind = models.CharField("情形", max_length=12, choices=KINDS)
    name = models.CharField("项目", max_length=300)
    score = models.PositiveSmallIntegerField("相似程度")
    money_fen = models.BigIntegerField("涉及金额")
    budget_year = models.PositiveSmallIntegerField("预算年度")
    number = models.PositiveSmallIntegerField("项目数")
    reasons = models.JSONField("理由", default=list)
    digest = models.CharField("内容摘要", max_length=64)
    verdict = models.CharField("判断", max_length=10, choices=VERDICTS, default="open")
    current = models.BooleanField("仍然报出", default=True)
    found_on = models.DateField("首次报出")
    version = models.PositiveIntegerField("版本", default=0)

    class Meta:
        ordering = ("-money_fen", "pk")
        constraints: ClassVar = [models.UniqueConstraint(fields=["place", "identity"], name="radar_hit_once")]
        indexes: ClassVar = [models.Index(fields=["place", "current", "money_fen"], name="radar_hit_money")]

    def __str__(self) -> str:
        return self.name

    @property
    def strength(self) -> str:
        """The likeness in words."""
        return strength_of(self.score)


class RadarMember(models.Model):
    """One project of a hit. It is named by its key alone: what was screened may still be taken back."""

    hit = models.ForeignKey(RadarHit, models.CASCADE, related_name="members", verbose_name="相似项目")
    year_key = models.BigIntegerField("项目和年度", db_index=True)
    position = models.PositiveSmallIntegerField("次序")

    class Meta:
        ordering = ("position",)
        constraints: ClassVar = [models.UniqueConstraint(fields=["hit", "year_key"], name="radar_member_once")]

    def __str__(self) -> str:
        return f"{self.hit_id} {self.position}"


class RadarDecision(models.Model):
    """What a person decided about a hit, why, and what the projects said then. Only grows."""

    hit = models.ForeignKey(RadarHit, models.PROTECT, related_name="decisions", verbose_name="相似项目")
    number = models.PositiveSmallIntegerField("第几次判断")
    verdict = models.CharField("判断", max_length=10, choices=RadarHit.VERDICTS[2:])
    reason = models.CharField("理由", max_length=500)
    clause = models.CharField("依据", max_length=300)
    digest = models.CharField("内容摘要", max_length=64)
    about = models.JSONField("当时的项目", default=list)
    decided_at = models.DateTimeField("判断时间")
    decided_by = models.CharField("判断人", max_length=200)

    class Meta:
        ordering = ("number",)
        constraints: ClassVar = [models.UniqueConstraint(fields=["hit", "number"], name="radar_decision_once")]

    def __str__(self) -> str:
        return f"第{self.number}次：{self.get_verdict_display()}"
