"""Rules that a department made for itself, with what they cover; appointments that are marked full-time."""

from typing import ClassVar

from django.db import models


class DepartmentRule(models.Model):
    """One rule (制度办法) of a department. Its words stay; what was replaced or abolished is ended."""

    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="department_rules")
    title = models.CharField("名称", max_length=200)
    number = models.CharField("文号", max_length=80, blank=True)
    issued = models.DateField("印发日期")
    links = models.JSONField("覆盖的环节", default=list)
    kinds = models.JSONField("覆盖的对象", default=list)
    valid_to = models.DateField("停止执行日期", null=True)
    end_reason = models.CharField("停止理由", max_length=300, blank=True)
    written_by = models.CharField("登记人", max_length=200)
    written_on = models.DateField("登记日期")

    class Meta:
        ordering = ("organisation", "-issued", "pk")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "title", "number"], name="department_rule_once"),
            models.CheckConstraint(
                condition=models.Q(valid_to__isnull=True) | models.Q(valid_to__gte=models.F("issued")),
                name="department_rule_days_in_order",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Specialist(models.Model):
    """The mark on an appointment that its holder does performance management full-time (专职)."""

    appointment = models.ForeignKey("accounts.Appointment", models.PROTECT, related_name="specialist_marks", verbose_name="任职")
    basis = models.CharField("依据", max_length=200)
    marked_by = models.CharField("登记人", max_length=200)
    marked_on = models.DateField("登记日期")
    ended_on = models.DateField("撤销日期", null=True)
    end_reason = models.CharField("撤销理由", max_length=300, blank=True)

    class Meta:
        ordering = ("pk",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["appointment"], condition=models.Q(ended_on__isnull=True), name="specialist_once"
            ),
        ]

    def __str__(self) -> str:
        return str(self.appointment)
