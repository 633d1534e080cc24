"""One chain a place: entries that cannot be changed, personal data beside them, the head, its anchors outside."""

from typing import ClassVar

from django.db import models

GONE = "已清除"


class Aside(models.Model):
    """Personal data that stands beside the chain: the chain holds its salted digest alone, so that it can go."""

    place = models.ForeignKey("accounts.Place", models.PROTECT, related_name="+")
    digest = models.CharField("摘要", max_length=80)
    salt = models.CharField("盐", max_length=32, blank=True)
    text = models.TextField("内容", blank=True)
    about = models.CharField("所说的人", max_length=80, blank=True)
    erased_at = models.DateTimeField("清除时间", null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["place", "digest"], name="audit_aside_once")]
        indexes: ClassVar = [models.Index(fields=["place", "about"], name="audit_aside_about")]

    def __str__(self) -> str:
        return self.text if self.erased_at is None else GONE


class EntryManager(models.Manager["Entry"]):
    """Entries come with the name of who acted."""

    def get_queryset(self) -> models.QuerySet["Entry"]:
        """Return all entries, each with its actor in the same query."""
        return super().get_queryset().select_related("who")


class Entry(models.Model):
    """One sealed line of the chain.

    Format 1 sealed the actor's name itself; from format 2 on the chain holds its salted digest and `who` the name.
    """

    place = models.ForeignKey("accounts.Place", models.PROTECT, related_name="+")
    number = models.BigIntegerField("序号")
    at = models.DateTimeField("时间")
    sealed_actor = models.CharField("经办人", max_length=200, db_column="actor")
    who = models.ForeignKey(Aside, models.PROTECT, null=True, related_name="+")
    actor_id = models.BigIntegerField(null=True)
    role = models.CharField("角色", max_length=30, blank=True)
    action = models.CharField("动作", max_length=60)
    subject = models.CharField("对象", max_length=80)
    detail = models.JSONField("内容", default=dict)
    clause = models.CharField("依据", max_length=300, blank=True)
    request = models.CharField("请求编号", max_length=40, blank=True)
    format = models.PositiveSmallIntegerField("记录格式", default=1)
    algorithm = models.CharField("摘要算法", max_length=12)
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)

    objects = EntryManager()

    class Meta:
        ordering = ("place_id", "number")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["place", "number"], name="audit_number_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["subject", "number"], name="audit_subject")]

    def __str__(self) -> str:
        return f"{self.number} {self.action} {self.subject}"

    @property
    def actor(self) -> str:
        """Who acted, in words; 已清除 when the name was erased."""
        return str(self.who) if self.who is not None else self.sealed_actor


class Head(models.Model):
    """The last number and digest of a place's chain; its row is the lock."""

    place = models.OneToOneField("accounts.Place", models.PROTECT, primary_key=True, related_name="+")
    number = models.BigIntegerField(default=0)
    digest = models.CharField(max_length=64, blank=True)
    algorithm = models.CharField(max_length=12, blank=True)

    def __str__(self) -> str:
        return f"{self.place_id}: {self.number}"


class Anchor(models.Model):
    """A head that was written down outside the database: what was kept, when, and where."""

    place = models.ForeignKey("accounts.Place", models.PROTECT, related_name="+")
    day = models.DateField("日期")
    at = models.DateTimeField("留存时间")
    number = models.BigIntegerField("序号")
    digest = models.CharField("摘要", max_length=64)
    algorithm = models.CharField("摘要算法", max_length=12)
    kept_in = models.JSONField("存放处", default=list)

    class Meta:
        ordering = ("-day", "-pk")
        constraints: ClassVar = [models.UniqueConstraint(fields=["place", "day"], name="audit_anchor_a_day")]

    def __str__(self) -> str:
        return f"{self.number}:{self.digest}"
