"""Forms of tokens: what one is for, and why one is revoked."""

from datetime import timedelta
from typing import Any

from django import forms

from jiheng.channels.api.areas import AREAS
from jiheng.foundation import clock
from jiheng.foundation.web.fields import DayField

USUAL = 180
"""Days that a token lasts unless another day is written."""


class TokenForm(forms.Form):
    """What a token is for, until when, whether it may write, and where."""

    name = forms.CharField(label="用途", max_length=40, help_text="如：预算一体化系统对接。审计链会写明是经这个令牌办理的。")
    expires_on = DayField(label="有效期至", help_text="最长一年；任职结束时随即失效。")
    write = forms.BooleanField(
        label="允许办理业务（不勾选为只读）", required=False, help_text="只取数据的程序请用只读令牌。"
    )
    areas = forms.MultipleChoiceField(
        label="可用范围",
        choices=tuple(AREAS.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="一项也不选即为全部；请只选程序用得到的。",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("expires_on", clock.today() + timedelta(days=USUAL))

    def told(self) -> dict[str, Any]:
        """Return what the service takes."""
        given = self.cleaned_data
        return {
            "name": given["name"],
            "expires_on": given["expires_on"],
            "read_only": not given["write"],
            "areas": given["areas"],
        }


class RevokeForm(forms.Form):
    """Why a token is revoked; for one's own it need not be said."""

    reason = forms.CharField(
        label="理由", max_length=200, widget=forms.Textarea(attrs={"rows": 2}), help_text="写入审计链。"
    )

    def __init__(self, *args: Any, own: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = not own
