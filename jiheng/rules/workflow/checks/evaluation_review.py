"""Conditions on the review of an evaluation's indicators and report: what experts said, what a partner agreed to."""

from decimal import Decimal

from jiheng.rules.money import round_half_up
from jiheng.rules.refusal import Refusal, clause_to_come
from jiheng.rules.scoring.method import plain
from jiheng.rules.workflow.registry import Answer, Facts, check, prescribed


@check("experts_judged", reads=("policy", "expert_opinions"))
def experts_judged(facts: Facts, _: object) -> Answer:
    """制度规定须经专家评审的（参数 evaluation_expert_panel）：专家不少于规定的人数，人人写了意见，同意的达到规定的比例。

    事实：policy、expert_opinions（为现在的内容确定的专家各自的意见：pass 同意、return 建议退回、空为还没有写；没有评审可问的为 None）。
    """
    rule = prescribed(facts, "evaluation_expert_panel")
    given = facts["expert_opinions"]
    if rule is None or given is None:
        return None
    least, percent, clause = int(rule.value["least"]), Decimal(str(rule.value["agree_percent"])), str(rule.clause)
    if len(given) < least:
        words = f"专家评审须有{least}名以上专家，现有{len(given)}名"
        return Refusal(words, clause, "请从专家库中确定或抽取专家", "experts")
    silent = sum(not one for one in given)
    if silent:
        return Refusal(f"还有{silent}名专家没有写评审意见", clause, "请专家写明意见后再办理", "experts")
    agreed = sum(one == "pass" for one in given)
    if Decimal(agreed) * 100 >= percent * len(given):
        return None
    share = round_half_up(Decimal(agreed) * 100 / len(given), 2)
    words = f"{len(given)}名专家中{agreed}名同意，占{plain(share)}%，没有达到{plain(percent)}%"
    return Refusal(words, clause, "请退回修改，改后重新评审", "experts")


@check("partner_agreed", reads=("partner_agreed", "partner_proposals"))
def partner_agreed(facts: Facts, _: object) -> Answer:
    """联合评价的指标须与合作的一方共商：对方提出的指标都有答复，对方同意现在的内容。

    事实：partner_agreed（对方是否同意现在的内容；不是联合评价的为 None）、partner_proposals（还没有答复的建议的序号，清单）。
    """
    if facts["partner_agreed"] is None:
        return None
    found = [
        clause_to_come(f"合作方提出的第{number}条指标建议还没有答复", "请写明采纳或不采纳的理由", f"proposal-{number}")
        for number in facts["partner_proposals"]
    ]
    if not facts["partner_agreed"]:
        found.append(clause_to_come("联合评价的指标还没有经合作方同意", "请合作方核对现在的内容后办理“同意”", "partner"))
    return found
