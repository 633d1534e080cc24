"""Budget consequences of results, rectification of findings, accountability of bodies, money shared out."""

from typing import ClassVar

from django.db import models

from jiheng.foundation.workflow.models import Case
from jiheng.rules.result_grounds import ACTIONS


class Decision(Case):
    """What an evaluation does to a later budget: proposed by rule, decided by a person with a reason.

    `action` is the rule's until it is decided, then what the decided ratio amounts to.
    """

    ACTIONS: ClassVar = [
        ("keep", "照常安排"),
        ("reduce", "适当压减"),
        ("cut", "按比例核减"),
        ("none", "不予安排"),
    ]

    cycle = models.ForeignKey("cycles.Cycle", models.PROTECT, related_name="decisions")
    work_year = models.PositiveSmallIntegerField("工作年度")
    for_budget_year = models.PositiveSmallIntegerField("适用预算年度")
    evaluation = models.OneToOneField("evaluation.Evaluation", models.PROTECT, related_name="decision")
    base_fen = models.BigIntegerField("计算基数")
    action = models.CharField("处理", max_length=12, choices=ACTIONS)
    min_ratio = models.DecimalField("比例下限（%）", max_digits=5, decimal_places=2)
    max_ratio = models.DecimalField("比例上限（%）", max_digits=5, decimal_places=2)
    proposed_ratio = models.DecimalField("建议比例（%）", max_digits=5, decimal_places=2)
    ratio = models.DecimalField("决定比例（%）", max_digits=5, decimal_places=2, null=True)
    amount_fen = models.BigIntegerField("核减金额", null=True)
    calculation = models.JSONField("计算步骤", default=list)
    proposal_note = models.CharField("提出意见的说明", max_length=300, blank=True)
    in_principle = models.BooleanField("原则上", default=False)
    exception_reason = models.TextField("例外理由", blank=True)
    reason = models.TextField("决定理由", blank=True)
    clause = models.CharField("依据", max_length=300)
    decided_on = models.DateField("决定日期", null=True)
    budget_entry = models.ForeignKey("budgets.LedgerEntry", models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ("pk",)
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(ratio__isnull=True) | models.Q(ratio__gte=0, ratio__lte=100),
                name="decision_ratio_per_cent",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_action_display()} {self.evaluation.subject_year}"


class Feedback(models.Model):
    """An evaluation's result as it was given back (反馈): analysed, with advice, by its day, and signed for.

    Written once; what the evaluation says stands there. `due` and its clause are those of the day of the result.
    """

    place = models.ForeignKey("accounts.Place", models.PROTECT, related_name="+")
    cycle = models.ForeignKey("cycles.Cycle", models.PROTECT, related_name="feedbacks")
    evaluation = models.OneToOneField("evaluation.Evaluation", models.PROTECT, related_name="feedback")
    analysis = models.TextField("归纳分析")
    advice = models.TextField("改进建议")
    due = models.DateField("反馈期限", null=True)
    due_clause = models.CharField("期限依据", max_length=300, blank=True)
    clause = models.CharField("依据", max_length=300)
    given_on = models.DateField("反馈日期")
    given_by = models.CharField("反馈人", max_length=200)
    received_on = models.DateField("签收日期", null=True)
    received_by = models.CharField("签收人", max_length=200, blank=True)
    reply = models.CharField("签收意见", max_length=1000, blank=True)

    class Meta:
        ordering = ("pk",)
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(received_on__isnull=True) | models.Q(received_on__gte=models.F("given_on")),
                name="feedback_received_after_given",
            ),
        ]

    def __str__(self) -> str:
        return f"评价结果反馈 {self.evaluation.subject_year}"


class GroundCase(models.Model):
    """A policy or project marked as repeated, fragmented, finished or expired, and what was decided of it, once.

    A ground may follow from the result of an evaluation.
    `ground` is a key of the pack, its words and clause kept as they stood. What is marked never changes; the columns
    of the decision are filled once. `into` is what a merged one goes into; `other` what it repeats.
    """

    DECISIONS: ClassVar = list(ACTIONS.items())

    place = models.ForeignKey("accounts.Place", models.PROTECT, related_name="+")
    cycle = models.ForeignKey("cycles.Cycle", models.PROTECT, related_name="ground_cases")
    subject_year = models.ForeignKey("subjects.SubjectYear", models.PROTECT, related_name="ground_cases")
    for_budget_year = models.PositiveSmallIntegerField("适用预算年度")
    ground = models.CharField("情形", max_length=40)
    ground_text = models.CharField("情形原文", max_length=200)
    other = models.ForeignKey("subjects.SubjectYear", models.PROTECT, null=True, related_name="+")
    # The result that brought the ground about; none for what people find themselves.
    evaluation = models.ForeignKey("evaluation.Evaluation", models.PROTECT, null=True, related_name="ground_cases")
    facts = models.CharField("事实", max_length=1000)
    base_fen = models.BigIntegerField("计算基数")
    clause = models.CharField("依据", max_length=300)
    marked_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    marked_on = models.DateField("提出日期")
    decided_on = models.DateField("决定日期", null=True)
    action = models.CharField("处理", max_length=12, choices=DECISIONS, blank=True)
    ratio = models.DecimalField("压减比例（%）", max_digits=5, decimal_places=2, null=True)
    amount_fen = models.BigIntegerField("减少金额", null=True)
    into = models.ForeignKey("subjects.SubjectYear", models.PROTECT, null=True, related_name="merged_cases")
    reason = models.CharField("决定理由", max_length=1000, blank=True)
    decided_by = models.CharField("决定人", max_length=200, blank=True)

    class Meta:
        ordering = ("-marked_on", "-pk")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["subject_year", "ground"], name="ground_case_once"),
            models.CheckConstraint(
                condition=~models.Q(into=models.F("subject_year")), name="ground_case_not_into_itself"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject_year} {self.ground_text}"


class Rectification(Case):
    """One finding to be put right: by whom, until when, with what proof, accepted by someone else."""

    cycle = models.ForeignKey("cycles.Cycle", models.PROTECT, related_name="rectifications")
    finding = models.OneToOneField("evaluation.Finding", models.PROTECT, related_name="rectification")
    unit = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="rectifications")
    requirement = models.CharField("整改要求", max_length=500)
    issued_on = models.DateField("下达日期")
    due = models.DateField("整改时限")
    clause = models.CharField("时限依据", max_length=300)
    responsible = models.CharField("责任人", max_length=60, blank=True)
    measure = models.TextField("整改措施", blank=True)
    outcome = models.TextField("整改结果", blank=True)
    reported_on = models.DateField("报告日期", null=True)
    closed_on = models.DateField("销号日期", null=True)
    acceptance_note = models.TextField("复核意见", blank=True)

    class Meta:
        ordering = ("due", "pk")

    def __str__(self) -> str:
        return self.requirement


class Extension(models.Model):
    """More time for one rectification: from which day to which, why, by whom; earlier ones stay."""

    rectification = models.ForeignKey(Rectification, models.PROTECT, related_name="extensions")
    before = models.DateField("原时限")
    after = models.DateField("延至")
    reason = models.CharField("延期理由", max_length=300)
    granted_on = models.DateField("批准日期")
    granted_by = models.CharField("批准人", max_length=200)

    class Meta:
        ordering = ("pk",)
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(after__gt=models.F("before")), name="rectification_extension_later"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.before} → {self.after}"


class Accountability(Case):
    """A body called to account (问责): for which situation, with which measures, put right until when.

    Situations and measures are keys of the pack, their words and clauses are kept as decided. `due` counts from
    the day on which the body received the decision.
    """

    cycle = models.ForeignKey("cycles.Cycle", models.PROTECT, related_name="accountabilities")
    body = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="accountabilities")
    subject_year = models.ForeignKey(
        "subjects.SubjectYear", models.PROTECT, null=True, related_name="accountabilities"
    )
    situation = models.CharField("问责情形", max_length=40)
    situation_text = models.CharField("情形原文", max_length=200)
    source = models.CharField("来源记录", max_length=80, blank=True)
    source_text = models.CharField("来源", max_length=300, blank=True)
    facts = models.TextField("事实")
    clause = models.CharField("情形依据", max_length=300)
    asked_measures = models.JSONField("建议的方式", default=list)
    measures = models.JSONField("决定的方式", default=list)
    measures_clause = models.CharField("方式依据", max_length=300, blank=True)
    cut_fen = models.BigIntegerField("不予安排或减少安排", null=True)
    recapture_fen = models.BigIntegerField("收回", null=True)
    reason = models.TextField("决定理由", blank=True)
    decided_on = models.DateField("决定日期", null=True)
    received_on = models.DateField("收到日期", null=True)
    delivery = models.CharField("送达方式", max_length=300, blank=True)
    due = models.DateField("整改报告时限", null=True)
    due_clause = models.CharField("时限依据", max_length=300, blank=True)
    problems = models.TextField("查找的问题", blank=True)
    outcome = models.TextField("整改落实情况", blank=True)
    reported_on = models.DateField("报告日期", null=True)
    closed_on = models.DateField("办结日期", null=True)
    acceptance_note = models.TextField("审核意见", blank=True)
    ledger_entry = models.ForeignKey("budgets.LedgerEntry", models.PROTECT, null=True, related_name="+")
    # A cut of a body without a project binds what all its projects get together in a later budget year.
    ceiling_fen = models.BigIntegerField("预算总额上限", null=True)
    ceiling_year = models.PositiveSmallIntegerField("上限适用的预算年度", null=True)

    class Meta:
        ordering = ("pk",)
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(due__isnull=True) | models.Q(received_on__isnull=False),
                name="accountability_due_after_receipt",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.body} {self.situation_text}"


class Allocation(Case):
    """Money of one budget year shared out among bodies by weighted factors, results of evaluations among them.

    `factors` are label, weight in per cent (as text) and whether the values are results; the last one is. What the
    rules demanded, and how a body without result counted, is kept as it stood when the scheme was handed in.
    """

    cycle = models.ForeignKey("cycles.Cycle", models.PROTECT, related_name="allocations")
    name = models.CharField("资金名称", max_length=120)
    total_fen = models.BigIntegerField("分配总额")
    results_year = models.PositiveSmallIntegerField("评价结果年度")
    factors = models.JSONField("因素和权重", default=list)
    exception_reason = models.CharField("例外理由", max_length=300, blank=True)
    note = models.CharField("说明", max_length=500, blank=True)
    minimum = models.DecimalField("规定的最低权重（%）", max_digits=5, decimal_places=2, null=True)
    without_result = models.CharField("没有结果的怎样计算", max_length=10, blank=True)
    clause = models.CharField("依据", max_length=300)
    decided_on = models.DateField("决定日期", null=True)

    class Meta:
        ordering = ("pk",)
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(total_fen__gt=0), name="allocation_of_something"),
        ]

    def __str__(self) -> str:
        return self.name


class AllocationLine(models.Model):
    """One body of an allocation: its value for each factor (text; none for the result), its result, its money."""

    allocation = models.ForeignKey(Allocation, models.CASCADE, related_name="lines")
    body = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="allocation_lines")
    values = models.JSONField("因素数值", default=list)
    result = models.DecimalField("评价结果（分）", max_digits=6, decimal_places=2, null=True)
    result_note = models.CharField("结果来源", max_length=200, blank=True)
    parts = models.JSONField("各因素分得", default=list)
    amount_fen = models.BigIntegerField("分得", null=True)

    class Meta:
        ordering = ("body__code", "pk")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["allocation", "body"], name="allocation_line_once"),
        ]

    def __str__(self) -> str:
        return str(self.body)
