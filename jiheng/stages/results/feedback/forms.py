"""Forms of giving results back."""

from django import forms


class GiveForm(forms.Form):
    """What the result shows when it is sorted and analysed, and what should get better."""

    analysis = forms.CharField(
        label="归纳分析", max_length=3000, widget=forms.Textarea(attrs={"rows": 8}), help_text="初稿取自评价记录，请核对、归纳。"
    )
    advice = forms.CharField(
        label="改进建议", max_length=3000, widget=forms.Textarea(attrs={"rows": 6}), help_text="写明改进管理和以后年度预算安排的建议。"
    )


class ReceiveForm(forms.Form):
    """A word of the unit's own."""

    reply = forms.CharField(
        label="签收意见", max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2}), help_text="没有意见的可以不写。"
    )
