"""Indicators that a goal can be chosen from."""

from typing import ClassVar

from django.db import models

from jiheng.foundation.workflow.models import Case
from jiheng.rules.indicator_sheet import DIRECTIONS, FREQUENCIES, RANKS, REFERENCE_KINDS


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

    REACHES: ClassVar = [("own", "本地区"), ("shared", "同级共享"), ("handed", "下发下级")]

    place = models.ForeignKey("accounts.Place", models.PROTECT, related_name="+")
    code = models.CharField("编号", max_length=40)
    sector = models.CharField("领域", max_length=60)
    category = models.CharField("类别", max_length=60)
    purpose = models.CharField("用途", max_length=60, blank=True)
    level1 = models.CharField("一级指标", max_length=30)
    level2 = models.CharField("二级指标", max_length=30)
    name = models.CharField("三级指标", max_length=200)
    aliases = models.CharField("别名", max_length=200, blank=True)
    definition = models.TextField("指标解释", blank=True)
    formula = models.CharField("计算公式", max_length=300, blank=True)
    sample = models.CharField("算例", max_length=300, blank=True)
    kind = models.CharField("性质", max_length=15, choices=KINDS, default="quantitative")
    operator = models.CharField("符号", max_length=12, choices=OPERATORS, default=">=")
    value = models.CharField("参考值", max_length=60, blank=True)
    unit = models.CharField("单位", max_length=20, blank=True)
    direction = models.CharField("方向", max_length=10, choices=list(DIRECTIONS.items()), blank=True)
    method = models.CharField("赋分方法", max_length=40)
    data_source = models.CharField("数据来源", max_length=100, blank=True)
    frequency = models.CharField("采集频次", max_length=10, choices=list(FREQUENCIES.items()), default="year")
    rank = models.CharField("重要程度", max_length=10, choices=list(RANKS.items()), default="ordinary")
    evidence = models.CharField("佐证材料", max_length=200, blank=True)
    basis = models.CharField("依据", max_length=200, blank=True)
    origin = models.CharField("来源", max_length=100, blank=True)
    retired_on = models.DateField("停用日期", null=True)
    reach = models.CharField("使用范围", max_length=10, choices=REACHES, default="own")
    revision = models.PositiveSmallIntegerField("版本", default=1)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="merged", verbose_name="并入")
    pieces = models.TextField("检索用字", blank=True, editable=False)

    class Meta:
        ordering = ("code",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["place", "code"], name="library_indicator_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["place", "sector", "category"], name="library_indicator_sector"),
            # The choices of a large library are read from here alone, without its rows.
            models.Index(fields=["place", "retired_on", "sector", "category"], name="library_indicator_classes"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def core(self) -> bool:
        """Whether it is one of the core indicators (核心指标) of its category."""
        return self.rank == "core"


class IndicatorReference(models.Model):
    """A value to compare an indicator with: of a kind, a year and a place, and where it is written."""

    indicator = models.ForeignKey(LibraryIndicator, models.CASCADE, related_name="references")
    kind = models.CharField("标准类别", max_length=10, choices=list(REFERENCE_KINDS.items()))
    value = models.CharField("标准值", max_length=60)
    year = models.PositiveSmallIntegerField("年份")
    region = models.CharField("地区", max_length=60, blank=True)
    source = models.CharField("出处", max_length=200, blank=True)

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.value}"


class FormerSheet(models.Model):
    """The sheet of an indicator as it was until it was revised; never changed."""

    indicator = models.ForeignKey(LibraryIndicator, models.PROTECT, related_name="former")
    revision = models.PositiveSmallIntegerField("版本")
    content = models.JSONField("内容")
    ended_at = models.DateTimeField("修订时间")
    ended_by = models.CharField("修订人", max_length=200)
    ground = models.CharField("修订理由", max_length=300, blank=True)

    class Meta:
        ordering = ("-revision",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["indicator", "revision"], name="former_sheet_once"),
        ]

    def __str__(self) -> str:
        return f"第 {self.revision} 版"


class Proposal(Case):
    """What somebody proposes for the library: a new indicator, other words for one, its end, two made one."""

    KINDS: ClassVar = [
        ("new", "新增指标"),
        ("revise", "修订指标"),
        ("retire", "停用指标"),
        ("merge", "合并指标"),
        ("restore", "恢复指标"),
        ("list", "整批增改"),
    ]

    kind = models.CharField("建议", max_length=10, choices=KINDS)
    name = models.CharField("指标名称", max_length=200)
    indicator = models.ForeignKey(LibraryIndicator, models.PROTECT, null=True, related_name="proposals")
    revision = models.PositiveSmallIntegerField("所依据的版本", default=0)
    target = models.ForeignKey(LibraryIndicator, models.PROTECT, null=True, related_name="+")
    content = models.JSONField("内容", default=dict)
    ground = models.CharField("理由", max_length=300)
    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+")
    proposed_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    proposer = models.CharField("提出人", max_length=200)
    role = models.CharField("提出人岗位", max_length=30)

    class Meta:
        ordering = ("-pk",)
        indexes: ClassVar = [models.Index(fields=["place", "state"], name="proposal_state")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}：{self.name}"


class LibraryMapping(models.Model):
    """Another library beside the place's own: each of its indicators with the own one that it is."""

    place = models.ForeignKey("accounts.Place", models.PROTECT, related_name="+")
    name = models.CharField("对照的指标库", max_length=100)
    made_on = models.DateField("建立日期")
    made_by = models.CharField("建立人", max_length=200)

    class Meta:
        ordering = ("-pk",)
        constraints: ClassVar = [models.UniqueConstraint(fields=["place", "name"], name="library_mapping_once")]

    def __str__(self) -> str:
        return self.name


class MappedIndicator(models.Model):
    """One indicator of the other library, its proposed or confirmed counterpart, and who decided."""

    STATES: ClassVar = [("proposed", "待确认"), ("confirmed", "已确认"), ("none", "没有对应")]

    mapping = models.ForeignKey(LibraryMapping, models.PROTECT, related_name="rows")
    code = models.CharField("编号", max_length=40)
    name = models.CharField("三级指标", max_length=200)
    level1 = models.CharField("一级指标", max_length=30)
    level2 = models.CharField("二级指标", max_length=30)
    definition = models.TextField("指标解释", blank=True)
    unit = models.CharField("单位", max_length=20, blank=True)
    direction = models.CharField("方向", max_length=10, blank=True)
    own = models.ForeignKey(LibraryIndicator, models.PROTECT, null=True, related_name="+", verbose_name="本库指标")
    likeness = models.DecimalField("相似度", max_digits=4, decimal_places=3, default=0)
    ground = models.CharField("理由", max_length=200, blank=True)
    state = models.CharField("状态", max_length=10, choices=STATES, default="proposed")
    decided_on = models.DateField("确认日期", null=True)
    decided_by = models.CharField("确认人", max_length=200, blank=True)

    class Meta:
        ordering = ("code", "pk")
        constraints: ClassVar = [models.UniqueConstraint(fields=["mapping", "code"], name="mapped_indicator_once")]

    def __str__(self) -> str:
        return self.name
