"""Forms of the case library."""

from django import forms

_LONG = forms.Textarea(attrs={"rows": 3})


class NominateForm(forms.Form):
    """Why a record serves as a case, and which words are to be hidden besides those that the system knows."""

    ground = forms.CharField(label="推荐理由", max_length=300, widget=_LONG, help_text="好在哪里，供哪类项目参考。")
    hide = forms.CharField(
        label="另行隐去的字样",
        required=False,
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="一行一个，如村名、学校名、企业名，展示时换成“某”。单位、地区、人员名称和电话、证件号、文号已自动隐去。",
    )

    def words(self) -> list[str]:
        """Return the words to hide."""
        return [one.strip() for one in self.cleaned_data["hide"].splitlines() if one.strip()]


class DecideForm(forms.Form):
    """Whether a case is shown, and what is said to it."""

    opinion = forms.CharField(label="意见", required=False, max_length=300, widget=_LONG, help_text="不批准的须写明理由。")


class RetireForm(forms.Form):
    """Why a case is taken off."""

    reason = forms.CharField(label="撤下理由", max_length=300, widget=_LONG)
