"""The hidden fields by which a page that saves says what it had before it."""

from django import forms

from jiheng.foundation.workflow.claim import Seen


class SeenForm(forms.Form):
    """The version of the part that the page showed, and the mark of the open page."""

    seen = forms.IntegerField(widget=forms.HiddenInput)
    page = forms.CharField(widget=forms.HiddenInput, max_length=40, required=False)

    def told_seen(self) -> Seen:
        """Return it for the service."""
        return Seen(self.cleaned_data["seen"], self.cleaned_data["page"])
