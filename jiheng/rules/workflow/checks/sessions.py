"""Conditions of face-to-face review sessions, and of goals that have to pass one."""

from jiheng.rules.refusal import clause_to_come
from jiheng.rules.workflow.registry import Answer, Facts, check, prescribed


@check("agenda_ready", reads=("agenda_size",))
def agenda_ready(facts: Facts, _: object) -> Answer:
    """会审须先排入绩效目标，才能开始。

    事实：agenda_size（议程上的绩效目标数）。
    """
    if facts["agenda_size"]:
        return None
    return clause_to_come("议程上还没有绩效目标", "请先把待会审的绩效目标排入议程", "agenda")


@check("agenda_decided", reads=("agenda_undecided",))
def agenda_decided(facts: Facts, _: object) -> Answer:
    """议程上的每一项都有结论（通过、退回、缓议或撤出议程），才能封存。

    事实：agenda_undecided（还没有结论的项目名称，清单）。
    """
    left = facts["agenda_undecided"]
    if not left:
        return None
    named = "、".join(left[:5]) + (f"等 {len(left)} 项" if len(left) > 5 else "")
    return clause_to_come(f"{named}还没有结论", "请逐项作出结论；不再审的记为缓议", "agenda")


@check("sealed_by_chair", reads=("chair_name", "acting_as_chair"))
def sealed_by_chair(facts: Facts, _: object) -> Answer:
    """会审纪要由主持人封存。

    事实：chair_name（主持人）、acting_as_chair（办理人是不是主持人）。
    """
    if facts["acting_as_chair"]:
        return None
    return clause_to_come(f"会审纪要由主持人（{facts['chair_name']}）封存", "请主持人办理", "chair")


@check("passed_in_session", reads=("policy", "session_outcome"))
def passed_in_session(facts: Facts, _: object) -> Answer:
    """制度规定须面对面会审的年度，绩效目标在会审中通过才能进入下一步；通过以后内容有改动的须重新会审。

    事实：policy、session_outcome（现有内容最近一次会审的结论：passed 通过、returned 退回、postponed 缓议，没有会审为 None）。
    """
    demanded = prescribed(facts, "goal_session_required")
    if demanded is None or not demanded.value or facts["session_outcome"] == "passed":
        return None
    return clause_to_come("绩效目标还没有在面对面会审中通过", "请排入会审议程，在会审中作出结论", "session")


@check("scored_by", reads=("scored_sides",), takes=list)
def scored_by(facts: Facts, sides: list[str]) -> Answer:
    """绩效目标、自评须由规定的各方对照审核表评分、写明意见，才能进入下一步；内容改动以后须重新评分。

    事实：scored_sides（对现有内容评过分的各方：department 主管部门、division 业务股室、performance 绩效管理股、centre 绩效评价中心）。
    """
    names = {"department": "主管部门", "division": "业务股室", "performance": "绩效管理股", "centre": "绩效评价中心"}
    lacking = [names.get(one, one) for one in sides if one not in facts["scored_sides"]]
    if not lacking:
        return None
    return clause_to_come(f"{'、'.join(lacking)}还没有对现有内容评分", "请先填写审核表评分", "review")


@check("rounds_held", reads=("policy", "review_returns"))
def rounds_held(facts: Facts, _: object) -> Answer:
    """绩效目标按规定的轮次上报、下达：财政部门逐轮写明意见退回，最后一轮才能通过。

    事实：policy、review_returns（财政部门退回的次数）。
    """
    rounds = prescribed(facts, "goal_review_rounds")
    if rounds is None or facts["review_returns"] + 1 >= rounds.value:
        return None
    words = f"绩效目标须上报 {rounds.value} 轮，现为第 {facts['review_returns'] + 1} 轮"
    return clause_to_come(words, "请写明本轮意见，退回单位修改后再报", "review")
