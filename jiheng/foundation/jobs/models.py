"""What makes a job run once: its key, its attempts, its lease."""

from django.db import models


class JobRun(models.Model):
    """One piece of background work under a unique key."""

    key = models.CharField("去重键", max_length=200, unique=True)
    task = models.CharField("任务", max_length=200)
    arguments = models.JSONField(default=dict)
    attempts = models.PositiveSmallIntegerField("已试次数", default=0)
    leased_until = models.DateTimeField("占用至", null=True)
    done_at = models.DateTimeField("完成时间", null=True)
    progress = models.PositiveSmallIntegerField("进度", default=0)
    failure = models.TextField("失败原因", blank=True)
    created_at = models.DateTimeField("建立时间")
    request = models.CharField("请求编号", max_length=40, blank=True)

    def __str__(self) -> str:
        return self.key
