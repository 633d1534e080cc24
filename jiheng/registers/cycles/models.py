"""One budget year of one place, under one frozen pack."""

from typing import ClassVar

from django.db import models


class Cycle(models.Model):
    """A budget year of a place; stages hang on it."""

    STATES: ClassVar = [("open", "进行中"), ("closed", "已关闭")]

    place = models.ForeignKey("accounts.Place", models.PROTECT, related_name="cycles")
    budget_year = models.PositiveSmallIntegerField("预算年度")
    snapshot = models.ForeignKey("policies.Snapshot", models.PROTECT, related_name="cycles")
    state = models.CharField("状态", max_length=10, choices=STATES, default="open")
    opened_at = models.DateTimeField("开启时间")

    class Meta:
        ordering = ("-budget_year",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["place", "budget_year"], name="cycle_once"),
        ]

    def __str__(self) -> str:
        return f"{self.budget_year} 年度"


class Turn(models.Model):
    """The closing of a year or its reopening: asked for by one person, decided by another."""

    KINDS: ClassVar = [("close", "关闭年度"), ("reopen", "重新开启年度")]
    STATES: ClassVar = [("asked", "待批准"), ("granted", "已批准"), ("refused", "未批准")]
    outlives_closing = True

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="turns")
    kind = models.CharField("事项", max_length=10, choices=KINDS)
    reason = models.CharField("理由", max_length=300)
    asked_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    asker = models.CharField("申请人", max_length=200)
    asked_at = models.DateTimeField("申请时间")
    state = models.CharField("状态", max_length=10, choices=STATES, default="asked")
    decided_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    decider = models.CharField("批准人", max_length=200, blank=True)
    decided_at = models.DateTimeField("批准时间", null=True)
    opinion = models.CharField("意见", max_length=300, blank=True)
    at_risk = models.PositiveIntegerField("可能变动的公开数字", default=0)

    class Meta:
        ordering = ("-pk",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["cycle"], condition=models.Q(state="asked"), name="turn_asked_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}：{self.cycle}"


class Extension(models.Model):
    """A recorded extension of one window for one body: asked for by one person, decided by another."""

    STATES: ClassVar = [("asked", "待批准"), ("granted", "已批准"), ("refused", "未批准")]

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="extensions")
    item = models.CharField("事项", max_length=60)
    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+")
    due = models.DateField("延至")
    reason = models.CharField("理由", max_length=300)
    asked_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    asker = models.CharField("申请人", max_length=200, blank=True)
    asked_at = models.DateTimeField("申请时间", null=True)
    state = models.CharField("状态", max_length=10, choices=STATES, default="granted")
    decided_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    decider = models.CharField("批准人", max_length=200, blank=True)
    decided_at = models.DateTimeField("批准时间", null=True)
    opinion = models.CharField("意见", max_length=300, blank=True)

    def __str__(self) -> str:
        return f"{self.item} → {self.due}"


class Handover(models.Model):
    """That a task of the calendar was handed in: on which day, due when, by which clause; never changed."""

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="handovers")
    item = models.CharField("事项", max_length=60)
    label = models.CharField("事项名称", max_length=200)
    subject = models.CharField("对象", max_length=80)
    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, null=True, related_name="+")
    by = models.CharField("报送人", max_length=200)
    on = models.DateField("报送日期")
    due = models.DateField("截止日期")
    late_days = models.PositiveIntegerField("逾期天数", default=0)
    extended = models.BooleanField("期限经批准延长", default=False)
    clause = models.CharField("依据", max_length=300)

    class Meta:
        ordering = ("pk",)
        indexes: ClassVar = [
            models.Index(fields=["cycle", "item"], name="handover_item"),
            models.Index(fields=["subject"], name="handover_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.label} {self.on}"


class LegalEvent(models.Model):
    """An event that starts a statutory clock, with its document; a wrong one is withdrawn, never changed."""

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="legal_events")
    key = models.CharField("事件", max_length=60)
    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, null=True, related_name="+")
    day = models.DateField("日期")
    reference = models.CharField("文号或凭据", max_length=200)
    matter = models.CharField("事由", max_length=200, blank=True)
    recorded_by = models.CharField("登记人", max_length=200)
    recorded_at = models.DateTimeField("登记时间")
    withdrawn_at = models.DateTimeField("撤销时间", null=True)
    withdrawn_by = models.CharField("撤销人", max_length=200, blank=True)
    withdrawn_reason = models.CharField("撤销理由", max_length=300, blank=True)

    class Meta:
        ordering = ("day", "pk")
        indexes: ClassVar = [models.Index(fields=["cycle", "key"], name="legal_event_key")]

    def __str__(self) -> str:
        return f"{self.key} {self.day}"
