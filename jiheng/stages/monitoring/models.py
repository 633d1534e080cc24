"""Checkpoints, reports, readings, warnings and measures."""

from typing import ClassVar

from django.db import models

from jiheng.foundation.workflow.models import Case


class Checkpoint(models.Model):
    """A day of the cycle at which every approved goal is looked at."""

    cycle = models.ForeignKey("cycles.Cycle", models.PROTECT, related_name="checkpoints")
    key = models.CharField("键", max_length=20)
    label = models.CharField("监控期", max_length=60)
    as_of = models.DateField("截止日")
    due = models.DateField("报送期限")

    class Meta:
        ordering = ("as_of",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["cycle", "key"], name="checkpoint_once"),
        ]

    def __str__(self) -> str:
        return self.label


class MonitoringReport(Case):
    """One goal at one checkpoint; the money comes from the ledger and is never typed.

    `fill_version` counts the saves of readings and measures; `version` moves with each of them and each step.
    """

    cycle = models.ForeignKey("cycles.Cycle", models.PROTECT, related_name="monitoring_reports")
    checkpoint = models.ForeignKey(Checkpoint, models.PROTECT, related_name="reports")
    goal = models.ForeignKey("goals.Goal", models.PROTECT, related_name="monitoring_reports")
    subject_year = models.ForeignKey(
        "subjects.SubjectYear", models.PROTECT, related_name="monitoring_reports"
    )
    budget_fen = models.BigIntegerField("预算数", default=0)
    executed_fen = models.BigIntegerField("执行数", default=0)
    expected_fen = models.BigIntegerField("全年预计执行数", null=True)
    light = models.CharField("监控结论", max_length=8, blank=True)
    note = models.TextField("情况说明", blank=True)
    fill_version = models.PositiveIntegerField("填报版次", default=0)
    fill_page = models.CharField(max_length=40, blank=True)  # the open page that saved last

    class Meta:
        ordering = ("pk",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["checkpoint", "subject_year"], name="monitoring_report_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["checkpoint", "state"], name="monitoring_report_state")]

    def __str__(self) -> str:
        return f"{self.checkpoint} {self.subject_year}"


class Reading(models.Model):
    """The actual value of an indicator at a checkpoint."""

    LIKELIHOODS: ClassVar = [("certain", "确定能"), ("possible", "有可能"), ("impossible", "完全不可能")]
    CAUSES: ClassVar = [
        ("funds", "经费保障"),
        ("rules", "制度保障"),
        ("people", "人员保障"),
        ("equipment", "硬件条件保障"),
        ("other", "其他"),
    ]

    report = models.ForeignKey(MonitoringReport, models.CASCADE, related_name="readings")
    indicator = models.ForeignKey("goals.GoalIndicator", models.PROTECT, related_name="readings")
    due_text = models.CharField("阶段性目标", max_length=200, blank=True, default="", db_default="")
    due = models.DecimalField("阶段性目标值", max_digits=24, decimal_places=6, null=True)
    actual_text = models.CharField("执行情况", max_length=200, blank=True)
    actual = models.DecimalField("完成值", max_digits=24, decimal_places=6, null=True)
    expected_text = models.CharField("全年预计完成情况", max_length=200, blank=True)
    likelihood = models.CharField("完成可能性", max_length=12, choices=LIKELIHOODS, blank=True)
    causes = models.JSONField("偏差原因", default=list)
    reason = models.CharField("原因说明", max_length=300, blank=True)

    class Meta:
        ordering = ("indicator__position",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["report", "indicator"], name="reading_once"),
        ]

    def __str__(self) -> str:
        return self.actual_text


class Warning(models.Model):
    """A deviation found by rule: which, how bad, by which clause."""

    report = models.ForeignKey(MonitoringReport, models.CASCADE, related_name="warnings")
    reading = models.ForeignKey(Reading, models.CASCADE, null=True, related_name="warnings")
    rule = models.CharField("规则", max_length=40)
    light = models.CharField("灯号", max_length=8)
    fact = models.CharField("事实", max_length=300)
    clause = models.CharField("依据", max_length=300)

    class Meta:
        ordering = ("pk",)
        indexes: ClassVar = [models.Index(fields=["rule", "report"], name="monitoring_warning_rule")]

    def __str__(self) -> str:
        return self.fact


class Measure(models.Model):
    """What is done against a deviation, by when, and what came of it."""

    report = models.ForeignKey(MonitoringReport, models.CASCADE, related_name="measures")
    kind = models.CharField("处理方式", max_length=20, default="correct")
    text = models.CharField("纠偏措施", max_length=300)
    responsible = models.CharField("责任岗位", max_length=100)
    due = models.DateField("期限")
    done_on = models.DateField("完成日期", null=True)
    outcome = models.CharField("落实情况", max_length=300, blank=True)

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.text


class Recapture(Case):
    """Money of a project that is to be taken back (收回): found by rule, decided by a person with a reason.

    `claims` are the grounds with their facts and calculations as they were found; `ground` is the one that asks
    for most. `need_fen` is what the project needs in the next year's budget because it goes on.
    """

    cycle = models.ForeignKey("cycles.Cycle", models.PROTECT, related_name="recaptures")
    subject_year = models.ForeignKey("subjects.SubjectYear", models.PROTECT, related_name="recaptures")
    report = models.ForeignKey(MonitoringReport, models.PROTECT, related_name="recaptures")
    ground = models.CharField("收回情形", max_length=40)
    ground_text = models.CharField("情形原文", max_length=200)
    claims = models.JSONField("情形、事实和计算", default=list)
    in_principle = models.BooleanField("原则上", default=False)
    budget_fen = models.BigIntegerField("预算数")
    paid_fen = models.BigIntegerField("已支出")
    proposed_fen = models.BigIntegerField("应收回")
    clause = models.CharField("依据", max_length=300)
    due = models.DateField("收回期限", null=True)
    due_clause = models.CharField("期限依据", max_length=300, blank=True)
    note = models.CharField("提出意见的说明", max_length=300, blank=True)
    amount_fen = models.BigIntegerField("收回金额", null=True)
    reason = models.TextField("决定理由", blank=True)
    exception_reason = models.TextField("例外理由", blank=True)
    late = models.BooleanField("逾期办理", default=False)
    late_reason = models.TextField("逾期理由", blank=True)
    need_fen = models.BigIntegerField("下年度调剂", default=0)
    need_reason = models.TextField("继续实施的理由", blank=True)
    decided_on = models.DateField("决定日期", null=True)
    ledger_entry = models.ForeignKey("budgets.LedgerEntry", models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ("pk",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["report"], name="recapture_once_a_report"),
            models.CheckConstraint(
                condition=models.Q(amount_fen__isnull=True) | models.Q(amount_fen__gte=models.F("need_fen")),
                name="recapture_need_within",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject_year} {self.ground_text}"


class Reduction(Case):
    """Money that a unit or department asks to have taken off its own budget (申请调减), because monitoring found a deviation.

    `facts` are the deviations as monitoring told them when it was asked for, each with its clause.
    """

    OPEN: ClassVar = ("draft", "applied", "checked")

    cycle = models.ForeignKey("cycles.Cycle", models.PROTECT, related_name="reductions")
    subject_year = models.ForeignKey("subjects.SubjectYear", models.PROTECT, related_name="reductions")
    report = models.ForeignKey(MonitoringReport, models.PROTECT, related_name="reductions")
    amount_fen = models.BigIntegerField("申请调减")
    reason = models.TextField("申请理由")
    budget_fen = models.BigIntegerField("预算数")
    paid_fen = models.BigIntegerField("已支出")
    facts = models.JSONField("监控发现的问题", default=list)
    clause = models.CharField("依据", max_length=300)
    applied_on = models.DateField("申请日期")
    decision_reason = models.TextField("决定理由", blank=True)
    decided_on = models.DateField("决定日期", null=True)
    ledger_entry = models.ForeignKey("budgets.LedgerEntry", models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ("pk",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["report"], condition=models.Q(state__in=("draft", "applied", "checked")), name="reduction_one_open_a_report"
            ),
            models.CheckConstraint(condition=models.Q(amount_fen__gt=0), name="reduction_above_zero"),
        ]

    def __str__(self) -> str:
        return f"{self.subject_year} 申请调减"


class ProgressReport(Case):
    """What a department reports at the days of the calendar (贯彻落实和工作进展), in time or late."""

    cycle = models.ForeignKey("cycles.Cycle", models.PROTECT, related_name="progress_reports")
    key = models.CharField("报送事项", max_length=40)
    label = models.CharField("报送内容", max_length=100)
    body = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="progress_reports")
    done = models.TextField("贯彻落实情况", blank=True)
    progress = models.TextField("工作进展", blank=True)
    due = models.DateField("报送期限")
    due_clause = models.CharField("期限依据", max_length=300)
    submitted_on = models.DateField("首次报送日期", null=True)
    late = models.BooleanField("逾期报送", default=False)

    class Meta:
        ordering = ("pk",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["cycle", "key", "body"], name="progress_report_once"),
        ]

    def __str__(self) -> str:
        return f"{self.body} {self.label}"


class SituationReport(Case):
    """What a unit reports of a project between two checkpoints (情况反映): received, handled or handed on, closed."""

    cycle = models.ForeignKey("cycles.Cycle", models.PROTECT, related_name="situations")
    subject_year = models.ForeignKey("subjects.SubjectYear", models.PROTECT, related_name="situations")
    occurred_on = models.DateField("发生日期")
    facts = models.TextField("情况")
    effect = models.TextField("影响")
    needed = models.TextField("需要的支持", blank=True)
    clause = models.CharField("依据", max_length=300)
    submitted_on = models.DateField("首次报送日期", null=True)
    due = models.DateField("办理期限", null=True)
    due_clause = models.CharField("期限依据", max_length=300, blank=True)
    handed_on = models.BooleanField("已转报财政部门", default=False)
    outcome = models.TextField("办理结果", blank=True)
    closed_on = models.DateField("办结日期", null=True)
    late = models.BooleanField("逾期办结", default=False)

    class Meta:
        ordering = ("pk",)
        indexes: ClassVar = [models.Index(fields=["cycle", "state"], name="situation_state")]

    def __str__(self) -> str:
        return f"{self.subject_year} 情况反映"
