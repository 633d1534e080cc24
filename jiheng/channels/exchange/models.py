"""The rows of an uploaded list, as the preview shows them and as they were imported."""

from typing import ClassVar

from django.db import models


class ImportLine(models.Model):
    """One row of an uploaded list: what it says, whether it can be imported, and why not."""

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

    class Meta:
        ordering: ClassVar = ["number"]
        indexes: ClassVar = [models.Index(fields=["batch", "state", "number"], name="import_line_state")]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"
