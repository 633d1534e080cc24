"""Files by digest, and what each proves."""

from typing import ClassVar

from django.db import models


class StoredFile(models.Model):
    """The bytes of one file, kept once, named by their SHA-256."""

    digest = models.CharField("摘要", max_length=64, unique=True)
    size = models.PositiveBigIntegerField("字节数")
    kind = models.CharField("类型", max_length=20)
    content = models.FileField("内容", upload_to="files/")

    def __str__(self) -> str:
        return self.digest


class Evidence(models.Model):
    """The link from a file to the record that it proves; the link carries the permission."""

    place = models.ForeignKey("accounts.Place", models.PROTECT, related_name="+")
    subject = models.CharField("对象", max_length=80, db_index=True)
    row = models.CharField("所证内容", max_length=80, blank=True)
    name = models.CharField("文件名", max_length=200)
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="uses")
    uploaded_at = models.DateTimeField("上传时间")
    uploaded_by = models.CharField("上传人", max_length=200)
    withdrawn = models.BooleanField("已撤回", default=False)

    class Meta:
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return self.name


class ImportBatch(models.Model):
    """One uploaded list: looked at first, then applied whole or not at all, then perhaps undone."""

    PHASES: ClassVar = [("preview", "待确认"), ("applied", "已导入"), ("undone", "已撤销"), ("dropped", "已放弃")]

    place = models.ForeignKey("accounts.Place", models.PROTECT, related_name="+")
    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+")
    kind = models.CharField("清单", max_length=40)
    name = models.CharField("文件名", max_length=200)
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    phase = models.CharField("状态", max_length=10, choices=PHASES, default="preview")
    report = models.JSONField("核对结果", default=dict)
    uploaded_at = models.DateTimeField("上传时间")
    uploaded_by = models.CharField("上传人", max_length=200)
    applied_at = models.DateTimeField("导入时间", null=True)

    class Meta:
        ordering: ClassVar = ["-pk"]

    def __str__(self) -> str:
        return f"{self.get_phase_display()} {self.name}"


class KnownLayout(models.Model):
    """A place's own layout of a list, learned once: which heading is which column; known again by its headings."""

    place = models.ForeignKey("accounts.Place", models.PROTECT, related_name="+")
    kind = models.CharField("清单", max_length=40)
    fingerprint = models.CharField("表头的摘要", max_length=64)
    headings = models.JSONField("表头", default=list)
    columns = models.JSONField("对应的栏目", default=dict)
    learned_at = models.DateTimeField("记住时间")
    learned_by = models.CharField("记住人", max_length=200)

    class Meta:
        ordering: ClassVar = ["-learned_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["place", "kind", "fingerprint"], name="known_layout_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.fingerprint[:8]}"
