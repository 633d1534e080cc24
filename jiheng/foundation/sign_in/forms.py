"""Forms of signing in."""

from django import forms


class CodeForm(forms.Form):
    """A code of the telephone, or where it is asked for at sign-in a recovery code."""

    code = forms.CharField(
        label="验证码",
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "text", "autofocus": True, "spellcheck": "false"}
        ),
    )
