"""Indicators that a goal can be chosen from."""

from typing import ClassVar

from django.db import models


class LibraryIndicator(models.Model):
    """One indicator of the library; retired, never deleted: goals keep pointing at what they chose."""

    KINDS: ClassVar = [("quantitative", "定量"), ("qualitative", "定性")]
    OPERATORS: ClassVar = [
        (">=", "≥"),
        (">", ">"),
        ("=", "="),
        ("<=", "≤"),
        ("<", "<"),
        ("range", "区间"),
        ("qualitative", "定性"),
    ]

    place = models.ForeignKey("accounts.Place", models.PROTECT, related_name="+")
    code = models.CharField("编号", max_length=40)
    sector = models.CharField("领域", max_length=60)
    category = models.CharField("类别", max_length=60)
    level1 = models.CharField("一级指标", max_length=30)
    level2 = models.CharField("二级指标", max_length=30)
    name = models.CharField("三级指标", max_length=200)
    definition = models.TextField("指标解释", blank=True)
    formula = models.CharField("计算公式", max_length=300, blank=True)
    kind = models.CharField("性质", max_length=15, choices=KINDS, default="quantitative")
    operator = models.CharField("符号", max_length=12, choices=OPERATORS, default=">=")
    value = models.CharField("参考值", max_length=60, blank=True)
    unit = models.CharField("单位", max_length=20, blank=True)
    method = models.CharField("赋分方法", max_length=40)
    data_source = models.CharField("数据来源", max_length=100, blank=True)
    evidence = models.CharField("佐证材料", max_length=200, blank=True)
    basis = models.CharField("依据", max_length=200, blank=True)
    origin = models.CharField("来源", max_length=100, blank=True)
    retired_on = models.DateField("停用日期", null=True)

    class Meta:
        ordering = ("code",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["place", "code"], name="library_indicator_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["place", "sector", "category"], name="library_indicator_sector"),
        ]

    def __str__(self) -> str:
        return self.name
