"""Forms of a review: experts drawn, an opinion."""

from django import forms

from jiheng.registers.experts.drawing import LONGEST_SEED
from jiheng.stages.evaluation.models import ExpertReview
from jiheng.stages.evaluation.reviews.services import LONGEST


class DrawForm(forms.Form):
    """How many experts are drawn by which seed, from which field."""

    count = forms.IntegerField(label="抽取人数", min_value=1, max_value=99)
    field = forms.CharField(label="专业领域", max_length=60, required=False, help_text="不填的，库中专家全部参加抽取。")
    seed = forms.CharField(
        label="随机种子", max_length=LONGEST_SEED, help_text="抽取前公开、任何人都不能预先安排的数字，写明出处，便于复核。"
    )


class OpinionForm(forms.Form):
    """What one expert says."""

    verdict = forms.ChoiceField(label="结论", choices=[("", "请选择"), *ExpertReview.VERDICTS])
    opinion = forms.CharField(label="评审意见", max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 4}))
    points = forms.DecimalField(
        label="评审得分", min_value=0, max_value=100, max_digits=5, decimal_places=2, required=False,
        help_text="可以不打分；打分的满分 100 分。",
    )  # fmt: skip
