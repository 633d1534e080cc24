"""The body inside a department that leads its performance management, in one period."""

from typing import ClassVar

from django.db import models


class LeadOffice(models.Model):
    """The internal body (内部牵头机构) that leads the performance management of a department, from one day on.

    A new one ends the one before; `valid_to` is the last day.
    """

    place = models.ForeignKey("accounts.Place", models.PROTECT, related_name="+")
    body = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="lead_offices")
    name = models.CharField("牵头机构", max_length=100)
    document = models.CharField("依据文件", max_length=300)
    valid_from = models.DateField("起始日期")
    valid_to = models.DateField("终止日期", null=True)
    registered_by = models.CharField("登记人", max_length=200)

    class Meta:
        ordering = ("body__code", "valid_from")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["body", "valid_from"], name="lead_office_once"),
            models.UniqueConstraint(
                fields=["body"], condition=models.Q(valid_to__isnull=True), name="lead_office_one_now"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.body} {self.name}"
