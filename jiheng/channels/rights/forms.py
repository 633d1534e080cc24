"""The question: which record, and who."""

from django import forms


class QuestionForm(forms.Form):
    """The address of a record's page, and for those who may ask about others a sign-in name or a name."""

    of = forms.CharField(
        label="记录的网址",
        max_length=300,
        help_text="打开那条记录，复制地址栏里的网址，粘贴到这里。",
        widget=forms.TextInput(attrs={"spellcheck": "false"}),
    )
    who = forms.CharField(label="人员", max_length=60, required=False, help_text="登录名或姓名；不写就是问自己。")

    def __init__(self, data: object, *, others: bool) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        if not others:
            del self.fields["who"]
