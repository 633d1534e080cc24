"""Forms of a joint evaluation: a proposed indicator, the answer, a finding, what the result is used for."""

from django import forms

from jiheng.foundation.web.fields import AmountField
from jiheng.stages.evaluation.joint.services import LONGEST, LONGEST_SOURCE, PartnerFindingData
from jiheng.stages.evaluation.models import Finding, IndicatorProposal

AREA = {"rows": 2}


class ProposalForm(forms.Form):
    """An indicator that should be evaluated, and why."""

    text = forms.CharField(label="建议的指标", max_length=LONGEST, widget=forms.Textarea(attrs=AREA), help_text="写明指标、评分标准和数据来源。")
    reason = forms.CharField(label="理由", max_length=LONGEST, widget=forms.Textarea(attrs=AREA))


class AnswerForm(forms.Form):
    """What becomes of a proposed indicator."""

    verdict = forms.ChoiceField(label="处理", choices=[("", "请选择"), *IndicatorProposal.VERDICTS])
    answer = forms.CharField(label="答复", max_length=LONGEST, required=False, help_text="不采纳的须写明理由。")


class FindingForm(forms.Form):
    """One problem that the partner found."""

    category = forms.ChoiceField(label="类别", choices=[("", "请选择"), *Finding.CATEGORIES])
    text = forms.CharField(label="问题", max_length=LONGEST, widget=forms.Textarea(attrs=AREA))
    source = forms.CharField(label="来源", max_length=LONGEST_SOURCE, help_text="审计报告、取证单的名称和文号。")
    amount_fen = AmountField(label="涉及金额（万元）", required=False)
    advice = forms.CharField(label="整改建议", max_length=LONGEST, widget=forms.Textarea(attrs=AREA))
    field_order = ("category", "text", "source", "amount_fen", "advice")

    @property
    def told(self) -> PartnerFindingData:
        """What was written, as the service takes it."""
        given = self.cleaned_data
        return PartnerFindingData(given["category"], given["text"], given["source"], given["advice"], given["amount_fen"] or 0)


class UseForm(forms.Form):
    """What the partner uses the result for."""

    use = forms.CharField(label="用于", max_length=LONGEST, help_text="例如列入审计项目、作为审计依据。")
