"""Places, organisations with validity by date, users and their appointments."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.hashers import check_password
from django.db import models

from jiheng.foundation.accounts.roles import CHOICES


class Place(models.Model):
    """A region with its own finance body and its own policy pack."""

    code = models.SlugField("制度包", max_length=60, unique=True)
    name = models.CharField("地区", max_length=60)
    region_code = models.CharField("行政区划代码", max_length=9, blank=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")

    def __str__(self) -> str:
        return self.name


class Organisation(models.Model):
    """A body in one period of its life: under one name, below one other body of the place's tree.

    A change of name or of what stands above ends this row and begins another one, so that everything that
    hangs on it keeps the name it had. `successor` carries on what an ended body left.
    """

    KINDS: ClassVar = [
        ("bureau", "财政局"),
        ("department", "主管部门"),
        ("unit", "预算单位"),
        ("agency", "第三方机构"),
        ("overseer", "监督机构"),
        ("expert_pool", "专家库"),
    ]

    place = models.ForeignKey(Place, models.PROTECT, related_name="organisations")
    code = models.CharField("单位代码", max_length=40)
    name = models.CharField("单位名称", max_length=200)
    kind = models.CharField("类型", max_length=20, choices=KINDS)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    valid_from = models.DateField("生效日期")
    valid_to = models.DateField("失效日期", null=True, blank=True)
    successor = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="predecessors", verbose_name="承接单位"
    )

    class Meta:
        ordering = ("code",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["place", "code", "valid_from"], name="organisation_once"),
            models.CheckConstraint(
                condition=models.Q(valid_to__isnull=True) | models.Q(valid_to__gte=models.F("valid_from")),
                name="organisation_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class BodyChange(models.Model):
    """An event in the life of bodies: on which day, by which document, what became of whom. Only grows."""

    KINDS: ClassVar = [("rename", "更名或改隶"), ("merge", "合并"), ("split", "分立")]

    place = models.ForeignKey(Place, models.PROTECT, related_name="+")
    kind = models.CharField("变动", max_length=10, choices=KINDS)
    day = models.DateField("生效日期")
    document = models.CharField("批准文件", max_length=300)
    note = models.CharField("说明", max_length=300, blank=True)

    class Meta:
        ordering = ("-day", "-pk")

    def __str__(self) -> str:
        return f"{self.day} {self.get_kind_display()}"


class BodyChangeLine(models.Model):
    """What one body became in a change; `carries` marks the one that carries on what it left. Only grows."""

    change = models.ForeignKey(BodyChange, models.PROTECT, related_name="lines")
    source = models.ForeignKey(Organisation, models.PROTECT, related_name="became")
    target = models.ForeignKey(Organisation, models.PROTECT, related_name="came_from")
    carries = models.BooleanField("承接")

    class Meta:
        ordering = ("pk",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["change", "source", "target"], name="body_change_line_once"),
        ]

    def __str__(self) -> str:
        return f"{self.source} → {self.target}"


class UserManager(BaseUserManager["User"]):
    """Finds users by their sign-in name."""


class User(AbstractBaseUser):
    """A person who can sign in. What the person may do comes from appointments alone."""

    username = models.CharField("登录名", max_length=60, unique=True)
    name = models.CharField("姓名", max_length=60)
    is_active = models.BooleanField("启用", default=True)
    must_change_password = models.BooleanField("须改密码", default=False)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects = UserManager()

    held: "list[Appointment] | None" = None
    """The appointments of today, where they were read together with the user of a session."""

    def __str__(self) -> str:
        return self.name

    def check_password(self, raw_password: str | None) -> bool:
        """Whether it is the password; nothing is written here: who signs in is strengthened by an act (`passwords`)."""
        return bool(check_password(raw_password, self.password))


class Appointment(models.Model):
    """A role that a user holds in an organisation for a time."""

    user = models.ForeignKey(User, models.PROTECT, related_name="appointments")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="appointments")
    role = models.CharField("角色", max_length=30, choices=CHOICES)
    valid_from = models.DateField("任职起")
    valid_to = models.DateField("任职止", null=True, blank=True)

    class Meta:
        ordering = ("pk",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user", "organisation", "role", "valid_from"], name="appointment_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}（{self.organisation} {self.get_role_display()}）"
