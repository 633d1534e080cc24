"""Subjects (projects, departments, policies, funds) and their years."""

import uuid
from typing import ClassVar

from django.db import models

from jiheng.rules.warrants import LINKS


class Subject(models.Model):
    """What is funded or judged, over all its years."""

    place = models.ForeignKey("accounts.Place", models.PROTECT, related_name="+")
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    code = models.CharField("项目代码", max_length=40)
    kind = models.CharField("类别", max_length=30)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["place", "code"], name="subject_once")]

    def __str__(self) -> str:
        return self.code


class SubjectYear(models.Model):
    """A subject in one budget year: name, who spends, who answers, where it stands in the library."""

    CHANGES: ClassVar = [
        ("new", "新增"),
        ("raised", "增加规模"),
        ("adjusted", "调整内容"),
        ("renewed", "到期延续"),
        ("continuing", "延续"),
    ]
    LIBRARY: ClassVar = [
        ("proposed", "申报"),
        ("entered", "已入库"),
        ("refused", "不予入库"),
        ("budgeted", "已安排预算"),
    ]

    place = models.ForeignKey("accounts.Place", models.PROTECT, related_name="+")
    subject = models.ForeignKey(Subject, models.PROTECT, related_name="years")
    cycle = models.ForeignKey("cycles.Cycle", models.PROTECT, related_name="subject_years")
    budget_year = models.PositiveSmallIntegerField("预算年度")
    kind = models.CharField("类别", max_length=30)
    name = models.CharField("名称", max_length=300)
    unit = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="unit_subject_years")
    department = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="subject_years")
    book = models.CharField("预算类别", max_length=30, default="general_public_budget")
    change = models.CharField("项目属性", max_length=20, choices=CHANGES, default="continuing")
    is_major = models.BooleanField("重大", default=False)
    sector = models.CharField("领域", max_length=60, blank=True)
    category = models.CharField("支出类别", max_length=60, blank=True)
    first_year = models.PositiveSmallIntegerField("起始年")
    last_year = models.PositiveSmallIntegerField("终止年")
    requested_fen = models.BigIntegerField("申报金额", default=0)
    library_state = models.CharField("入库状态", max_length=12, choices=LIBRARY, default="proposed")
    overview = models.TextField("项目概况", blank=True)
    basis = models.TextField("立项依据", blank=True)
    # A default of the database's own: the column is added in place, and rows need not be written anew.
    served = models.TextField("支持对象", blank=True, default="", db_default="")
    batch = models.ForeignKey("files.ImportBatch", models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ("pk",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["subject", "cycle"], name="subject_year_once"),
            models.CheckConstraint(condition=models.Q(requested_fen__gte=0), name="requested_not_negative"),
            models.CheckConstraint(
                condition=models.Q(last_year__gte=models.F("first_year")), name="subject_year_period"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["place", "cycle", "department"], name="subject_year_department"),
            models.Index(fields=["place", "cycle", "unit"], name="subject_year_unit"),
            models.Index(fields=["cycle", "kind"], name="subject_year_kind"),
        ]

    def __str__(self) -> str:
        return self.name


class ContentChange(models.Model):
    """One change of a registered project's content: what it was and became, why, by which document. Only grows.

    The columns of the answer are filled once, where the rules ask that the goal follows: by an approved goal that was
    handed in later (`goal`), or by somebody who says why the goal is not touched (`unaffected`).
    """

    ANSWERS: ClassVar = [("goal", "绩效目标已重新批复"), ("unaffected", "不涉及绩效目标")]

    subject_year = models.ForeignKey(SubjectYear, models.PROTECT, related_name="content_changes")
    number = models.PositiveSmallIntegerField("第几次修改")
    before = models.JSONField("修改前")
    after = models.JSONField("修改后")
    reason = models.CharField("理由", max_length=500)
    document = models.CharField("依据的文件", max_length=300)
    made_at = models.DateTimeField("修改时间")
    made_by = models.CharField("修改人", max_length=200)
    answer = models.CharField("绩效目标怎样办", max_length=12, choices=ANSWERS, blank=True)
    answered_on = models.DateField("答复日期", null=True)
    answer_text = models.CharField("说明", max_length=500, blank=True)
    answered_by = models.CharField("答复人", max_length=200, blank=True)

    class Meta:
        ordering = ("number",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["subject_year", "number"], name="content_change_once"),
        ]

    def __str__(self) -> str:
        return f"{self.subject_year} 第{self.number}次修改"


class Passage(models.Model):
    """A subject and year that went from one body to another in a change of bodies. Only grows."""

    subject_year = models.ForeignKey(SubjectYear, models.PROTECT, related_name="passages")
    change = models.ForeignKey("accounts.BodyChange", models.PROTECT, related_name="passages")
    from_unit = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+")
    to_unit = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+")
    from_department = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+")
    to_department = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+")

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.subject_year}: {self.from_unit} → {self.to_unit}"


class Warrant(models.Model):
    """A document on which a subject's performance management rests (依据), filed under a kind of the rules.

    Its words stay; one that was filed wrongly is withdrawn with a reason.
    """

    LINKS: ClassVar = list(LINKS.items())

    subject_year = models.ForeignKey(SubjectYear, models.PROTECT, related_name="warrants")
    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+")
    link = models.CharField("用于", max_length=12, choices=LINKS, default="project")
    kind = models.CharField("类别", max_length=40)
    title = models.CharField("名称", max_length=200)
    number = models.CharField("文号", max_length=80, blank=True)
    clause = models.CharField("条款", max_length=100, blank=True)
    written_by = models.CharField("登记人", max_length=200)
    written_on = models.DateField("登记日期")
    withdrawn_on = models.DateField("撤回日期", null=True)
    withdraw_reason = models.CharField("撤回理由", max_length=300, blank=True)

    class Meta:
        ordering = ("pk",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["subject_year", "kind", "title", "number", "clause"],
                condition=models.Q(withdrawn_on__isnull=True),
                name="warrant_once",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Standing(models.Model):
    """What an earlier result leaves to a later budget year: read by next year's checks."""

    subject = models.ForeignKey(Subject, models.PROTECT, related_name="standings")
    for_budget_year = models.PositiveSmallIntegerField("适用预算年度")
    grade = models.CharField("评价等级", max_length=20)
    score = models.DecimalField("评价得分", max_digits=6, decimal_places=2)
    action = models.CharField("处理", max_length=20)
    ceiling_fen = models.BigIntegerField("预算上限", null=True)
    cause = models.CharField("决定", max_length=80)
    text = models.CharField("说明", max_length=300)
    clause = models.CharField("依据", max_length=300)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["subject", "for_budget_year", "cause"], name="standing_once"),
        ]

    def __str__(self) -> str:
        return f"{self.subject_id} {self.for_budget_year} {self.action}"
