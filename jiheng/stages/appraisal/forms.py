"""Forms of appraisal: twenty items with points and missing facts, the texts, the conclusion with conditions."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, cast

from django import forms

from jiheng.registers.subjects.fields import WanField
from jiheng.rules.scoring.scorecard import Scorecard
from jiheng.stages.appraisal.facts import card_in, outline_in
from jiheng.stages.appraisal.models import Appraisal, AppraisalCondition
from jiheng.stages.appraisal.services import ConditionData


class ItemFields(forms.Form):
    """Points and missing fact of every item of a scorecard; items may stay open until the last save."""

    def __init__(
        self, data: Any, *, card: Scorecard, given: Mapping[str, Decimal], facts: Mapping[str, str], initial: dict[str, Any]
    ) -> None:
        self.card = card
        initial |= {f"p_{key}": _plain(value) for key, value in given.items()}
        initial |= {f"f_{key}": text for key, text in facts.items()}
        super().__init__(data, initial=initial)
        for item in self.card.items:
            hints = {"inputmode": "decimal", "maxlength": 6}
            hints |= {"data-score": _plain(item.points), "data-tiers": self._tiers(item.key)}
            self.fields[f"p_{item.key}"] = forms.DecimalField(
                label=f"{item.label}的得分",
                min_value=0,
                max_value=item.points,
                decimal_places=2,
                required=False,
                widget=forms.TextInput(attrs=hints),
            )
            wanted = {"data-fact": item.key, "placeholder": "扣分时必填：缺哪份材料、哪项数据"}
            self.fields[f"f_{item.key}"] = forms.CharField(
                label=f"{item.label}所缺的事实",
                max_length=300,
                required=False,
                widget=forms.TextInput(attrs=wanted),
            )

    def _tiers(self, key: str) -> str:
        """Where each tier begins, for the word beside the points: `4.5:优|4:良|3:中|0:差`."""
        return "|".join(f"{_plain(band.lowest)}:{band.label}" for band in self.card.tiers_of(key))

    @property
    def points(self) -> dict[str, Decimal]:
        """The points that were typed, by item."""
        given = {item.key: self.cleaned_data.get(f"p_{item.key}") for item in self.card.items}
        return {key: value for key, value in given.items() if value is not None}

    @property
    def missing(self) -> dict[str, str]:
        """The missing facts that were typed, by item."""
        return {item.key: self.cleaned_data.get(f"f_{item.key}", "") for item in self.card.items}


class ScoreForm(ItemFields):
    """What a department or the bureau gives; the bureau also names the facts that veto the project."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any, *, appraisal: Appraisal, side: str) -> None:
        lines = {line.item: line for line in appraisal.lines.all() if line.side == side}
        super().__init__(
            data,
            card=card_in(appraisal.cycle),
            given={key: line.points for key, line in lines.items()},
            facts={key: line.missing_fact for key, line in lines.items()},
            initial={"version": appraisal.version, "vetoes": appraisal.vetoes},
        )
        if side == "bureau":
            self.fields["vetoes"] = forms.MultipleChoiceField(
                label="一票否决事项",
                choices=[(veto.key, veto.label) for veto in self.card.vetoes],
                widget=forms.CheckboxSelectMultiple,
                required=False,
                help_text="有任何一项的，结论只能是“不予支持”。",
            )


def _plain(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


class SectionsForm(forms.Form):
    """The parts of the appraisal report, in the order of the outline."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any, *, appraisal: Appraisal) -> None:
        self.outline = outline_in(appraisal.cycle)
        super().__init__(data, initial=appraisal.sections | {"version": appraisal.version})
        for section in self.outline.sections:
            self.fields[section.key] = forms.CharField(
                label=section.title,
                help_text=section.hint,
                required=False,
                max_length=20_000,
                widget=forms.Textarea(attrs={"rows": 5}),
            )

    @property
    def sections(self) -> dict[str, str]:
        """The texts by key."""
        return {section.key: self.cleaned_data[section.key] for section in self.outline.sections}


class ConclusionForm(forms.Form):
    """Conclusion, amount agreed, reason."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    conclusion = forms.ChoiceField(label="评估结论", choices=Appraisal.CONCLUSIONS, widget=forms.RadioSelect)
    agreed_fen = WanField(label="同意金额（建议预算控制数）")
    reason = forms.CharField(
        label="评估意见和理由",
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="核减了金额、结论不是“予以支持”或与得分所示不同的，须写明理由。",
    )


class ConditionForm(forms.Form):
    """One thing to be put right, with its due date."""

    text = forms.CharField(
        label="须完善事项", max_length=300, widget=forms.TextInput(attrs={"data-width": "wide"})
    )
    due = forms.DateField(label="期限", widget=forms.DateInput(attrs={"type": "date"}))

    def told(self) -> ConditionData:
        """What the service takes."""
        return ConditionData(self.cleaned_data["text"], self.cleaned_data["due"])


ConditionSet = forms.formset_factory(ConditionForm, extra=3, max_num=30, can_delete=True)


def conditions_of(formset: Any) -> list[ConditionData]:
    """Return the conditions that were filled in and not struck out."""
    return [
        cast(ConditionForm, form).told()
        for form in formset.forms
        if form.has_changed() and form.cleaned_data and not form.cleaned_data.get("DELETE")
    ]


class GroundForm(forms.Form):
    """Why an appraisal is wanted that the rules do not demand."""

    ground = forms.CharField(label="评估理由", max_length=200, required=False)


class MaterialForm(forms.Form):
    """One document of the list of materials."""

    material = forms.CharField(max_length=40)
    file = forms.FileField(label="文件")


class ProofForm(forms.Form):
    """What was put right."""

    condition = forms.ModelChoiceField(AppraisalCondition.objects.none())
    proof = forms.CharField(label="完成情况", max_length=300, required=False)
    do = forms.ChoiceField(choices=[("answer", "登记完成情况"), ("meet", "确认完成")])

    def __init__(self, data: Any, *, appraisal: Appraisal) -> None:
        super().__init__(data)
        chosen = cast("forms.ModelChoiceField[AppraisalCondition]", self.fields["condition"])
        chosen.queryset = appraisal.conditions.all()
