"""The rows of an uploaded list, as the preview shows them and as they were imported."""

from typing import ClassVar

from django.db import models


class ImportLine(models.Model):
    """One row of an uploaded list: what it says, whether it can be imported, and why not.

    `values` are what its cells were read as (money in fen, days as 2026-03-01); `noticed` what reading found to
    be looked at, as [cell, label, words]. Both are what a confirmation holds against the register again.
    """

    STATES: ClassVar = [
        ("wrong", "有误"),
        ("look", "请核对"),
        ("new", "将导入"),
        ("same", "已有相同"),
    ]

    batch = models.ForeignKey("files.ImportBatch", models.CASCADE, related_name="lines")
    number = models.PositiveIntegerField("行号")
    state = models.CharField("核对结果", max_length=6, choices=STATES)
    code = models.CharField("代码", max_length=80, blank=True)
    name = models.CharField("名称", max_length=300, blank=True)
    amount_fen = models.BigIntegerField("金额", default=0)
    values = models.JSONField("内容", default=dict)
    remark = models.TextField("说明", blank=True)
    noticed = models.JSONField("读取时的提示", default=list)

    class Meta:
        ordering: ClassVar = ["number"]
        indexes: ClassVar = [models.Index(fields=["batch", "state", "number"], name="import_line_state")]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"
