"""Agencies and experts who evaluate for the bureau."""

from typing import ClassVar

from django.db import models


class Evaluator(models.Model):
    """An agency, expert or institute in the register; leaves it by a date, never by deletion."""

    KINDS: ClassVar = [("agency", "第三方机构"), ("expert", "专家"), ("institute", "高校智库")]

    place = models.ForeignKey("accounts.Place", models.PROTECT, related_name="+")
    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+")
    user = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    kind = models.CharField("类别", max_length=12, choices=KINDS)
    name = models.CharField("名称", max_length=200)
    fields = models.CharField("专业领域", max_length=200)
    qualification = models.CharField("资质", max_length=200, blank=True)
    entered_on = models.DateField("入库日期")
    left_on = models.DateField("出库日期", null=True, blank=True)
    left_reason = models.CharField("出库原因", max_length=200, blank=True)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name
