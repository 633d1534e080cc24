"""Cases of the library: what was found, what is shown of it, and who decided so."""

from typing import ClassVar

from django.db import models


class Exemplar(models.Model):
    """One good example: a decided record with its points, and the anonymised copy of it that others read.

    `source` names the record as `goals.goal:12`: a case outlives the year that it comes from. `title`, bodies and
    `ground` are for those who may see the record; everybody else reads `open_title` and `copy`, once approved.
    """

    KINDS: ClassVar = [("goal", "绩效目标"), ("report", "自评和评价报告"), ("indicator", "绩效指标")]
    STATES: ClassVar = [
        ("found", "系统找到"),
        ("proposed", "待批准"),
        ("shown", "展示中"),
        ("declined", "未批准"),
        ("retired", "已撤下"),
    ]

    place = models.ForeignKey("accounts.Place", models.PROTECT, related_name="+")
    kind = models.CharField("种类", max_length=10, choices=KINDS)
    source = models.CharField("原件", max_length=80)
    title = models.CharField("名称", max_length=300)
    department = models.ForeignKey("accounts.Organisation", models.PROTECT, null=True, related_name="+", verbose_name="主管部门")
    unit = models.ForeignKey("accounts.Organisation", models.PROTECT, null=True, related_name="+", verbose_name="单位")
    project_type = models.CharField("项目类型", max_length=60, blank=True)
    category = models.CharField("支出类别", max_length=60, blank=True)
    sector = models.CharField("领域", max_length=60, blank=True)
    fund = models.CharField("资金", max_length=60, blank=True)
    budget_year = models.PositiveSmallIntegerField("预算年度", null=True)
    score = models.DecimalField("得分", max_digits=6, decimal_places=2)
    ground = models.CharField("入选理由", max_length=300)
    decided_by = models.CharField("评定方", max_length=200)
    decided_on = models.DateField("评定日期", null=True)
    state = models.CharField("状态", max_length=10, choices=STATES, default="found")
    found_on = models.DateField("找到日期")
    open_title = models.CharField("展示名称", max_length=300, blank=True)
    copy = models.JSONField("展示内容", default=dict)
    hide = models.JSONField("另行隐去的字样", default=list)
    proposer = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    proposed_by = models.CharField("推荐人", max_length=200, blank=True)
    proposed_on = models.DateField("推荐日期", null=True)
    proposal = models.CharField("推荐理由", max_length=300, blank=True)
    approved_by = models.CharField("决定人", max_length=200, blank=True)
    approved_on = models.DateField("决定日期", null=True)
    opinion = models.CharField("决定意见", max_length=300, blank=True)
    retired_by = models.CharField("撤下人", max_length=200, blank=True)
    retired_on = models.DateField("撤下日期", null=True)
    retire_reason = models.CharField("撤下理由", max_length=300, blank=True)
    version = models.PositiveIntegerField("版次", default=0)

    class Meta:
        ordering = ("-score", "-pk")
        constraints: ClassVar = [models.UniqueConstraint(fields=["place", "source"], name="exemplar_once")]
        indexes: ClassVar = [
            models.Index(fields=["place", "state", "kind", "category"], name="exemplar_category"),
            models.Index(fields=["place", "state", "kind", "sector"], name="exemplar_sector"),
            models.Index(fields=["place", "-score", "-id"], name="exemplar_score"),
        ]

    def __str__(self) -> str:
        return self.open_title or self.title
