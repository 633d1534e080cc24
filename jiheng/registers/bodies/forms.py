"""Forms of the changes of bodies, one for each kind."""

import re
from typing import Any, cast

from django import forms

from jiheng.foundation import clock
from jiheng.foundation.accounts.changes import CHANGING, ChangeData, NewBody
from jiheng.foundation.accounts.models import Organisation
from jiheng.foundation.accounts.person import valid_on
from jiheng.foundation.web.fields import DayField

BETWEEN = re.compile(r"[\s,，、;；]+")


class ChangeForm(forms.Form):
    """What every change says: from which day, by which document."""

    day = DayField(label="生效日期", help_text="从这一天起按新的名称和上下级办理；不能晚于今天。")
    document = forms.CharField(
        label="批准文件", max_length=300, help_text="文件名称和文号，如编委关于机构更名的批复；写入审计链。"
    )
    note = forms.CharField(label="说明", max_length=300, required=False)

    def __init__(self, data: Any, *, body: Organisation) -> None:
        self.body = body
        super().__init__(data, initial=self.first_values())
        standing = Organisation.objects.filter(valid_on(clock.today()), place_id=body.place_id, valid_to=None)
        for name, kinds in (("parent", ("bureau", *CHANGING)), ("into", (body.kind,))):
            if name in self.fields:
                field = cast("forms.ModelChoiceField[Organisation]", self.fields[name])
                field.queryset = standing.filter(kind__in=kinds).exclude(pk=body.pk).order_by("code")

    def first_values(self) -> dict[str, Any]:
        """Return what stands in the fields at first."""
        return {"day": clock.today()}

    def common(self) -> dict[str, Any]:
        """Return the day and the ground."""
        return {key: self.cleaned_data[key] for key in ("day", "document", "note")}


def _parent() -> "forms.ModelChoiceField[Organisation]":
    return forms.ModelChoiceField(
        Organisation.objects.none(), label="上级", required=False, empty_label="没有上级（直接归本级）"
    )


class RenameForm(ChangeForm):
    """A new name, a new code, or something else above."""

    name = forms.CharField(label="新名称", max_length=200)
    code = forms.CharField(label="单位代码", max_length=40, help_text="代码不变的照原样。")
    parent = _parent()
    field_order = ("name", "code", "parent", "day", "document", "note")

    def first_values(self) -> dict[str, Any]:
        """The body as it is."""
        above = self.body.parent
        while above is not None and above.valid_to is not None and above.successor is not None:
            above = above.successor
        return {
            **super().first_values(), "name": self.body.name, "code": self.body.code,
            "parent": above.pk if above else None,
        }  # fmt: skip

    def told(self) -> ChangeData:
        """One body becomes one."""
        given = self.cleaned_data
        new = NewBody(given["code"], given["name"], given["parent"])
        return ChangeData(kind="rename", sources=(self.body,), targets=(new,), **self.common())


class MergeForm(ChangeForm):
    """Several bodies become one: one that stands, or a new one."""

    others = forms.CharField(
        label="一同合并的单位代码",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="除本单位外还有哪些单位并入；一个以上的用空格或顿号隔开。",
    )
    into = forms.ModelChoiceField(
        Organisation.objects.none(), label="并入已有单位", required=False, empty_label="不是，合并后是新单位"
    )
    code = forms.CharField(label="新单位代码", max_length=40, required=False)
    name = forms.CharField(label="新单位名称", max_length=200, required=False)
    parent = _parent()
    field_order = ("others", "into", "name", "code", "parent", "day", "document", "note")

    def clean_others(self) -> tuple[Organisation, ...]:
        """Find each body by its code."""
        codes = [one for one in BETWEEN.split(self.cleaned_data["others"]) if one]
        rows = Organisation.objects.filter(place_id=self.body.place_id, valid_to=None)
        found = {one.code: one for one in rows if one.code in set(codes)}
        unknown = [one for one in codes if one not in found]
        if unknown:
            raise forms.ValidationError(f"名册中没有代码为{'、'.join(unknown)}的单位。")
        return tuple(found[one] for one in dict.fromkeys(codes) if one != self.body.code)

    def clean(self) -> dict[str, Any]:
        """Either one that stands or a new one."""
        given: dict[str, Any] = super().clean() or {}
        if not given.get("into"):
            for name in ("code", "name"):
                if not given.get(name) and name not in self.errors:
                    self.add_error(name, "合并后是新单位的，请写明代码和名称。")
        elif given.get("code") or given.get("name"):
            self.add_error("into", "已选并入的单位，就不再写新单位；请只留一样。")
        return given

    def told(self) -> ChangeData:
        """This body and the others become one."""
        given = self.cleaned_data
        target = given["into"] or NewBody(given["code"], given["name"], given["parent"])
        return ChangeData(kind="merge", sources=(self.body, *given["others"]), targets=(target,), **self.common())


class SplitForm(ChangeForm):
    """One body becomes several, itself perhaps among them."""

    stays = forms.BooleanField(
        label="原单位保留", required=False, help_text="只分出一部分职能的，原单位继续存在，项目先都留在原单位。"
    )
    bodies = forms.CharField(
        label="新单位",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="每行一个：代码、空格、名称。原单位不保留的，第一行的单位承接以前年度的事项。",
    )
    parent = _parent()
    field_order = ("stays", "bodies", "parent", "day", "document", "note")

    def first_values(self) -> dict[str, Any]:
        """What stands above the body stands above what comes of it."""
        return {**super().first_values(), "parent": self.body.parent_id}

    def clean_bodies(self) -> list[tuple[str, str]]:
        """Read a code and a name from each line."""
        found = []
        for number, line in enumerate(self.cleaned_data["bodies"].splitlines(), start=1):
            if line.strip():
                code, _, name = line.strip().partition(" ")
                if not name.strip():
                    raise forms.ValidationError(f"第 {number} 行“{line.strip()}”须先写代码，空一格，再写名称。")
                found.append((code, name.strip()))
        return found

    def told(self) -> ChangeData:
        """The new ones have the same body above them."""
        given = self.cleaned_data
        new = tuple(NewBody(code, name, given["parent"]) for code, name in given["bodies"])
        return ChangeData(
            kind="split", sources=(self.body,), targets=new, stays=given["stays"], **self.common()
        )
