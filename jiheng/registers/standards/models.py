"""Expenditure standards by version, the costs that they are worked out from, and the lines of a project's cost."""

from typing import ClassVar

from django.db import models

from jiheng.rules.spending_standards import KINDS, LEVELS, ORIGINS


class StandardVersion(models.Model):
    """One version of an expenditure standard (支出标准): so much money for one unit, from a day on. Only grows.

    Versions of one standard share `code` and are numbered from 1; each holds from its day until the next one's. The last
    may say that there is no standard any more (`ended`). `sample` is what it was worked out from, empty where a
    document laid it down: given and used costs, quartiles, median and band in fen, outliers.
    """

    KINDS: ClassVar = list(KINDS.items())
    LEVELS: ClassVar = list(LEVELS.items())

    place = models.ForeignKey("accounts.Place", models.PROTECT, related_name="+", verbose_name="地区")
    code = models.CharField("标准编号", max_length=40)
    number = models.PositiveSmallIntegerField("版本")
    name = models.CharField("标准名称", max_length=200)
    kind = models.CharField("类别", max_length=10, choices=KINDS)
    sector = models.CharField("领域", max_length=60, blank=True)
    level = models.CharField("适用级次", max_length=10, choices=LEVELS)
    region = models.CharField("适用范围", max_length=100)
    unit = models.CharField("计量单位", max_length=20)
    amount_fen = models.BigIntegerField("标准")
    effective_on = models.DateField("施行日期")
    document = models.CharField("依据文件", max_length=200)
    clause = models.CharField("条款", max_length=100, blank=True)
    ground = models.CharField("说明", max_length=300, blank=True)
    sample = models.JSONField("测算所据", default=dict)
    ended = models.BooleanField("停用", default=False)
    written_by = models.CharField("登记人", max_length=200)
    written_at = models.DateTimeField("登记时间")
    batch = models.ForeignKey("files.ImportBatch", models.PROTECT, null=True, related_name="+", verbose_name="导入批次")

    class Meta:
        ordering = ("code", "-number")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["place", "code", "number"], name="standard_version_once"),
            models.CheckConstraint(condition=models.Q(amount_fen__gt=0), name="standard_above_nothing"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def cite(self) -> str:
        """The document and clause that it rests on."""
        return f"《{self.document}》{self.clause}"


class CostRecord(models.Model):
    """What so much of something once cost, and where that is on record: a standard may be worked out from many of them."""

    ORIGINS: ClassVar = list(ORIGINS.items())

    place = models.ForeignKey("accounts.Place", models.PROTECT, related_name="+", verbose_name="地区")
    item = models.CharField("内容", max_length=100)
    name = models.CharField("项目或单位", max_length=200)
    unit = models.CharField("计量单位", max_length=20)
    quantity = models.DecimalField("数量", max_digits=16, decimal_places=4)
    amount_fen = models.BigIntegerField("金额")
    year = models.PositiveSmallIntegerField("年份")
    region = models.CharField("地区", max_length=60, blank=True)
    price = models.DecimalField("价格水平", max_digits=8, decimal_places=2, default=100)
    origin = models.CharField("来源", max_length=12, choices=ORIGINS)
    source = models.CharField("出处", max_length=200)
    written_by = models.CharField("登记人", max_length=200)
    written_on = models.DateField("登记日期")
    withdrawn_on = models.DateField("撤回日期", null=True)
    withdraw_reason = models.CharField("撤回理由", max_length=300, blank=True)
    batch = models.ForeignKey("files.ImportBatch", models.PROTECT, null=True, related_name="+", verbose_name="导入批次")

    class Meta:
        ordering = ("item", "pk")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(quantity__gt=0, amount_fen__gt=0, price__gt=0), name="cost_above_nothing"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["place", "item", "unit"], name="cost_record_item")]

    def __str__(self) -> str:
        return f"{self.item}：{self.name}"


class CostLine(models.Model):
    """One line of what a project's money was worked out from (测算明细): its words stay, a wrong one is withdrawn.

    The columns of the exception are filled once, by the bureau, with the reason: there is no standard for it, or a good
    reason to go beyond one.
    """

    subject_year = models.ForeignKey("subjects.SubjectYear", models.PROTECT, related_name="cost_lines", verbose_name="项目")
    item = models.CharField("内容", max_length=100)
    standard = models.ForeignKey(StandardVersion, models.PROTECT, null=True, related_name="lines", verbose_name="支出标准")
    unit = models.CharField("计量单位", max_length=20)
    quantity = models.DecimalField("数量", max_digits=16, decimal_places=4)
    unit_fen = models.BigIntegerField("单价")
    amount_fen = models.BigIntegerField("金额")
    basis = models.CharField("测算依据", max_length=300, blank=True)
    written_by = models.CharField("登记人", max_length=200)
    written_on = models.DateField("登记日期")
    withdrawn_on = models.DateField("撤回日期", null=True)
    withdraw_reason = models.CharField("撤回理由", max_length=300, blank=True)
    excepted_on = models.DateField("列入例外日期", null=True)
    excepted_by = models.CharField("列入例外的决定人", max_length=200, blank=True)
    except_reason = models.CharField("例外理由", max_length=300, blank=True)

    class Meta:
        ordering = ("pk",)
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(quantity__gt=0, unit_fen__gt=0, amount_fen__gte=0), name="cost_line_above_nothing"
            ),
        ]

    def __str__(self) -> str:
        return self.item
