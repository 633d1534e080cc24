"""A year's action plan and its tasks, each closed by the system's own data or by evidence that another accepted."""

from typing import ClassVar

from django.db import models


class Plan(models.Model):
    """The plan of one year of work, taken over from a plan file."""

    cycle = models.ForeignKey("cycles.Cycle", models.PROTECT, related_name="plans")
    key = models.CharField("计划", max_length=60)
    name = models.CharField("名称", max_length=200)
    source = models.CharField("依据", max_length=300)
    taken_at = models.DateTimeField("采用时间")
    taken_by = models.CharField("采用人", max_length=200)

    class Meta:
        ordering = ("-pk",)
        constraints: ClassVar = [models.UniqueConstraint(fields=["cycle", "key"], name="plan_once")]

    def __str__(self) -> str:
        return self.name


class PlanTask(models.Model):
    """One task: who owes it until when, how far it is, what proves it."""

    STATES: ClassVar = [("open", "进行中"), ("reported", "待验收"), ("done", "已完成")]

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="tasks")
    position = models.PositiveSmallIntegerField("序号")
    label = models.CharField("任务", max_length=200)
    aspect = models.CharField("方面", max_length=100, blank=True)
    role = models.CharField("责任岗位", max_length=30)
    due = models.DateField("完成时限")
    clause = models.CharField("依据", max_length=300)
    assumed = models.BooleanField("暂定", default=False)
    note = models.CharField("说明", max_length=300, blank=True)
    measure = models.JSONField("由系统数据证明", default=dict)
    progress = models.PositiveSmallIntegerField("进度", default=0)
    report = models.TextField("进展", blank=True)
    evidence = models.CharField("佐证", max_length=300, blank=True)
    state = models.CharField("状态", max_length=10, choices=STATES, default="open")
    reported_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    reporter = models.CharField("报告人", max_length=200, blank=True)
    reported_at = models.DateTimeField("报告时间", null=True)
    done_on = models.DateField("完成日期", null=True)
    accepter = models.CharField("验收", max_length=200, blank=True)
    proof = models.CharField("证明", max_length=300, blank=True)

    class Meta:
        ordering = ("plan", "position")
        constraints: ClassVar = [models.UniqueConstraint(fields=["plan", "position"], name="plan_task_once")]

    def __str__(self) -> str:
        return self.label
