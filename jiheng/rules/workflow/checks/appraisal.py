"""Conditions of ex-ante appraisal and of entry to the project library."""

from collections.abc import Iterator

from jiheng.rules.appraisal import (
    AFTER_REVISION,
    CONCLUSIONS,
    NOT_SUPPORTED,
    SUPPORTED,
    Request,
    appraisal_trigger,
    library_refusals,
    unmet_refusals,
)
from jiheng.rules.money import format_wan
from jiheng.rules.refusal import Refusal, clause_to_come
from jiheng.rules.workflow.registry import Answer, Facts, blank, check


@check(
    "appraisal_concluded",
    reads=("policy", "subject_kind", "change_kind", "amount", "appraisal_conclusion", "appraisal_agreed"),
)
def appraisal_concluded(facts: Facts, _: object) -> Answer:
    """须做事前绩效评估的政策和项目，先有结论才能入库和申请预算；结论为“不予支持”的不得入库；
    申请金额不得超过评估同意的金额。须完善事项到批复时才查，见 appraisal_conditions_met：有的事项正是完善绩效目标。

    事实：policy、subject_kind（对象类别）、change_kind（新增 new、增加规模 raised、调整内容 adjusted、到期延续 renewed、
    延续 continuing）、amount（申请金额，分）、appraisal_conclusion（结论的键，没有为 None）、appraisal_agreed（同意金额，
    分，没有为 None）；可另给 is_major（是否列为重大）。
    """
    rules, amount = facts["policy"], facts["amount"]
    trigger = appraisal_trigger(
        rules,
        Request(facts["subject_kind"], facts["change_kind"], amount, is_major=facts.get("is_major", False)),
    )
    clause = str(rules.value("appraisal_entry_condition").clause)
    conclusion, agreed = facts["appraisal_conclusion"], facts["appraisal_agreed"]
    found = library_refusals(trigger, conclusion=conclusion, unmet=(), clause=clause)
    if conclusion in {SUPPORTED, AFTER_REVISION} and agreed is not None and amount > agreed:
        found.append(
            Refusal(
                f"申请金额{format_wan(amount)}万元超过评估同意的{format_wan(agreed)}万元",
                clause,
                "请把申请金额调整到同意金额以内，或重新评估",
                "amount",
            )
        )
    return found


@check("appraisal_conditions_met", reads=("policy", "appraisal_unmet"))
def appraisal_conditions_met(facts: Facts, _: object) -> Answer:
    """评估结论为“调整完善后予以支持”的，须完善的事项经财政部门确认完成后，才能随预算批复绩效目标、安排预算。

    事实：policy、appraisal_unmet（还没有确认完成的须完善事项：text 内容、due 期限；没有为空清单）。
    """
    clause = str(facts["policy"].value("appraisal_entry_condition").clause)
    return unmet_refusals(facts["appraisal_unmet"], clause, "不得批复绩效目标和安排预算")


def _faults_of_amounts(asked: int, cut: int, agreed: int, conclusion: str) -> Iterator[tuple[str, str, str]]:
    if min(asked, cut, agreed) < 0:
        yield "金额不能为负数", "请核对金额", "amount_agreed"
    if asked != cut + agreed:
        yield (
            f"申报{format_wan(asked)}万元不等于核减{format_wan(cut)}万元加同意{format_wan(agreed)}万元",
            "请核对三个金额",
            "amount_agreed",
        )
    if conclusion == NOT_SUPPORTED and agreed != 0:
        yield "结论为“不予支持”的，同意金额须为零", "请把同意金额改为 0", "amount_agreed"
    if conclusion != NOT_SUPPORTED and agreed == 0:
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
        return clause_to_come(
            "没有作出评估结论", f"请在{'、'.join(CONCLUSIONS.values())}中选择一项", "conclusion"
        )
    found = [
        clause_to_come(message, remedy, where)
        for message, remedy, where in _faults_of_amounts(
            facts["amount_asked"], facts["amount_cut"], facts["amount_agreed"], conclusion
        )
    ]
    if facts["vetoes"] and conclusion != NOT_SUPPORTED:
        found.append(
            clause_to_come(
                f"存在否决事项：{'、'.join(facts['vetoes'])}",
                "有否决事项的，结论只能是“不予支持”",
                "conclusion",
            )
        )
    differs = conclusion != facts["score_conclusion"]
    if (conclusion != SUPPORTED or differs) and blank(facts["opinion"]):
        why = "结论与得分所示不同" if differs else f"结论为“{CONCLUSIONS[conclusion]}”"
        found.append(clause_to_come(f"{why}，须写明理由", "请填写评估意见", "opinion"))
    return found
