"""Forms of the experts' scoring: the announcement, the seed, a sheet, a note."""

from decimal import Decimal
from typing import Any

from django import forms

from jiheng.registers.experts.drawing import LONGEST_SEED
from jiheng.stages.appraisal.facts import card_in
from jiheng.stages.appraisal.forms import ItemFields
from jiheng.stages.appraisal.models import PanelSheet
from jiheng.stages.appraisal.panel.services import LONGEST, LONGEST_SOURCE


class AnnounceForm(forms.Form):
    """How many experts of which field are drawn, on which day, by which public number."""

    count = forms.IntegerField(label="专家人数", min_value=1, max_value=99)
    field = forms.CharField(label="专业领域", max_length=60, required=False, help_text="不填的，库中专家全部参加抽取。")
    draw_on = forms.DateField(label="抽取日期", help_text="公告的第二天以后；种子在那一天才产生。", widget=forms.DateInput(attrs={"type": "date"}))
    seed_source = forms.CharField(
        label="种子取自", max_length=LONGEST_SOURCE, help_text="那一天才公布、谁都不能预先知道的数字，如“抽取当天收盘的上证指数”。"
    )


class SeedForm(forms.Form):
    """The number that the announcement named."""

    seed = forms.CharField(label="公布的数字", max_length=LONGEST_SEED)
    version = forms.IntegerField(widget=forms.HiddenInput)


class SheetForm(ItemFields):
    """One expert's points, missing facts and opinion."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any, *, sheet: PanelSheet) -> None:
        initial: dict[str, Any] = {"version": sheet.version, "opinion": sheet.opinion}
        given = {key: Decimal(text) for key, text in sheet.points.items()}
        super().__init__(data, card=card_in(sheet.seat.panel.appraisal.cycle), given=given, facts=sheet.missing, initial=initial)
        self.fields["opinion"] = forms.CharField(
            label="评审意见", max_length=LONGEST, required=False, widget=forms.Textarea(attrs={"rows": 3})
        )


class NoteForm(forms.Form):
    """What was said, on which item."""

    item = forms.ChoiceField(label="评估要点", required=False)
    text = forms.CharField(label="讨论记录", max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, data: Any = None, *, items: list[tuple[str, str]]) -> None:
        super().__init__(data)
        self.fields["item"].choices = [("", "整体"), *items]  # type: ignore[attr-defined]
