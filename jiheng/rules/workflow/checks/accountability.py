"""Conditions of accountability."""

from jiheng.rules.accountability import measure_problems, situation_problems
from jiheng.rules.refusal import Refusal, clause_to_come
from jiheng.rules.workflow.registry import Answer, Facts, Prescribed, Rules, blank, check

NO_RULE = "本地制度没有规定绩效问责的情形和方式"


def _rule(policy: Rules, key: str) -> Prescribed | None:
    """The value in force; None also where the place's rules don't know the parameter at all."""
    try:
        return policy.get(key)
    except LookupError:
        return None


@check("accountability_situated", reads=("policy", "accountability_situation", "accountability_facts"))
def accountability_situated(facts: Facts, _: object) -> Answer:
    """问责须属于制度规定的情形之一，并写明事实。

    事实：policy、accountability_situation（问责情形的键；没有情形可问的为 None）、accountability_facts（事实）。
    """
    if facts["accountability_situation"] is None:
        return None
    rule = _rule(facts["policy"], "accountability_situations")
    if rule is None:
        return clause_to_come(NO_RULE, "请先在本地制度中写明问责情形", "situation")
    found = situation_problems(rule.value, facts["accountability_situation"], str(rule.clause))
    if blank(facts["accountability_facts"]):
        found.append(Refusal("没有写明问责的事实", str(rule.clause), "请写明时间、事项、数额和证据", "facts"))
    return found


@check(
    "accountability_measured",
    reads=("policy", "accountability_measures", "accountability_amounts", "accountability_limits"),
)
def accountability_measured(facts: Facts, _: object) -> Answer:
    """问责方式须是制度规定的方式，可以单独使用，制度允许的可以合并使用；减少安排、收回的写明金额。

    事实：policy、accountability_measures（决定的方式的键，清单；没有方式可问的为 None）、accountability_amounts（cut、recapture 的金额，
    分）、accountability_limits（cut、recapture 最多可以多少，分；没有为空）。
    """
    if facts["accountability_measures"] is None:
        return None
    rule = _rule(facts["policy"], "accountability_measures")
    if rule is None:
        return clause_to_come(NO_RULE, "请先在本地制度中写明问责方式", "measures")
    combinable = _rule(facts["policy"], "accountability_combinable")
    return measure_problems(
        rule.value,
        facts["accountability_measures"],
        amounts=facts["accountability_amounts"],
        limits=facts["accountability_limits"],
        combinable=combinable is not None and bool(combinable.value),
        clause=str(rule.clause),
    )
