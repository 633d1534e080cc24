"""Conditions of ex-ante appraisal and of entry to the project library."""

from collections.abc import Iterator

from jiheng.rules.money import format_wan
from jiheng.rules.refusal import Refusal
from jiheng.rules.workflow.registry import Answer, Facts, Prescribed, Rules, blank, check

CONCLUSIONS = {
    "supported": "予以支持",
    "supported_after_revision": "调整完善后予以支持",
    "not_supported": "不予支持",
}


def appraisal_demanded_by(
    rules: Rules, *, subject_kind: str, change_kind: str, amount: int
) -> Prescribed | None:
    """The rule that demands an appraisal of this request (amount in fen), or None when none does.

    A request is caught by its kind, by the reason it is made (new, enlarged, renewed after expiry …)
    and, where the place prescribes one, by reaching the amount (the amount itself included).
    """
    kinds = rules.value("appraisal_trigger_kinds")
    if subject_kind not in kinds.value["subjects"] or change_kind not in kinds.value["changes"]:
        return None
    threshold = rules.get("appraisal_major_threshold")
    if threshold is None:
        return kinds
    return threshold if amount >= int(threshold.value * 100) else None


@check(
    "appraisal_concluded",
    reads=("policy", "subject_kind", "change_kind", "amount", "appraisal_conclusion", "appraisal_agreed"),
)
def appraisal_concluded(facts: Facts, _: object) -> Answer:
    """须做事前绩效评估的政策和项目，先有结论才能入库和申请预算；结论为“不予支持”的不得入库；申请金额不得超过评估同意的金额。

    事实：policy、subject_kind（对象类别）、change_kind（新增 new、调整扩大 enlarged、到期延续 renewed、延续 continuing）、
    amount（申请金额，分）、appraisal_conclusion（结论的键，没有为 None）、appraisal_agreed（同意金额，分，没有为 None）。
    """
    rule = appraisal_demanded_by(
        facts["policy"],
        subject_kind=facts["subject_kind"],
        change_kind=facts["change_kind"],
        amount=facts["amount"],
    )
    conclusion = facts["appraisal_conclusion"]
    if rule is None and conclusion is None:
        return None
    clause = str(facts["policy"].value("appraisal_entry_condition").clause)
    if conclusion is None:
        return Refusal(
            "须先完成事前绩效评估，取得评估结论",
            clause,
            "请先办理事前绩效评估，再申报入库和预算",
            "appraisal",
        )
    if conclusion == "not_supported":
        return Refusal(
            "事前绩效评估结论为“不予支持”，不得入库和申请预算",
            clause,
            "项目作实质调整后重新评估",
            "appraisal",
        )
    agreed = facts["appraisal_agreed"]
    if agreed is not None and facts["amount"] > agreed:
        return Refusal(
            f"申请金额{format_wan(facts['amount'])}万元超过评估同意的{format_wan(agreed)}万元",
            clause,
            "请把申请金额调整到同意金额以内，或重新评估",
            "amount",
        )
    return None


def _faults_of_amounts(asked: int, cut: int, agreed: int, conclusion: str) -> Iterator[tuple[str, str, str]]:
    if min(asked, cut, agreed) < 0:
        yield "金额不能为负数", "请核对金额", "amount_agreed"
    if asked != cut + agreed:
        yield (
            f"申报{format_wan(asked)}万元不等于核减{format_wan(cut)}万元加同意{format_wan(agreed)}万元",
            "请核对三个金额",
            "amount_agreed",
        )
    if conclusion == "not_supported" and agreed != 0:
        yield "结论为“不予支持”的，同意金额须为零", "请把同意金额改为 0", "amount_agreed"
    if conclusion != "not_supported" and agreed == 0:
        yield "结论为支持的，同意金额须大于零", "请填写同意金额，或改为“不予支持”", "amount_agreed"


@check(
    "conclusion_given",
    reads=(
        "conclusion",
        "score_conclusion",
        "vetoes",
        "opinion",
        "amount_asked",
        "amount_cut",
        "amount_agreed",
    ),
)
def conclusion_given(facts: Facts, _: object) -> Answer:
    """评估须作出结论：予以支持、调整完善后予以支持或不予支持；申报金额等于核减金额加同意金额；有一票否决事项的只能不予支持；
    结论不是“予以支持”或与得分所示不同的，须写明理由。

    事实：conclusion（结论的键，没有为 None）、score_conclusion（得分对应的结论的键）、vetoes（否决事项的名称清单）、
    opinion（评估意见）、amount_asked、amount_cut、amount_agreed（分）。
    """
    conclusion = facts["conclusion"]
    if conclusion not in CONCLUSIONS:
        return Refusal(
            "没有作出评估结论", "", f"请在{'、'.join(CONCLUSIONS.values())}中选择一项", "conclusion"
        )
    found = [
        Refusal(message, "", remedy, where)
        for message, remedy, where in _faults_of_amounts(
            facts["amount_asked"], facts["amount_cut"], facts["amount_agreed"], conclusion
        )
    ]
    if facts["vetoes"] and conclusion != "not_supported":
        found.append(
            Refusal(
                f"存在否决事项：{'、'.join(facts['vetoes'])}",
                "",
                "有否决事项的，结论只能是“不予支持”",
                "conclusion",
            )
        )
    differs = conclusion != facts["score_conclusion"]
    if (conclusion != "supported" or differs) and blank(facts["opinion"]):
        why = "结论与得分所示不同" if differs else f"结论为“{CONCLUSIONS[conclusion]}”"
        found.append(Refusal(f"{why}，须写明理由", "", "请填写评估意见", "opinion"))
    return found
