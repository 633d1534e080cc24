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


class Extension(models.Model):
    """A recorded extension of one window for one organisation."""

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="extensions")
    item = models.CharField("事项", max_length=60)
    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+")
    due = models.DateField("延至")
    reason = models.CharField("理由", max_length=300)

    def __str__(self) -> str:
        return f"{self.item} → {self.due}"
