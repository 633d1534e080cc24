"""Conditions of performance goals: review, approval, last year's result."""

from jiheng.rules.goal_review import MARK, importance, reaches_mark
from jiheng.rules.money import format_wan
from jiheng.rules.refusal import Refusal, clause_to_come
from jiheng.rules.tracks import read_tracks
from jiheng.rules.workflow.registry import Answer, Facts, blank, check, prescribed


@check("goal_approved", reads=("goal_state",))
def goal_approved(facts: Facts, _: object) -> Answer:
    """绩效目标没有批复的，不得下达资金，也不能开展监控和自评。

    事实：goal_state（当年绩效目标的状态，没有目标为 None）。
    """
    if facts["goal_state"] == "approved":
        return None
    return clause_to_come("当年绩效目标还没有批复", "请先申报绩效目标并取得批复", "goal")


@check("budget_adopted", reads=("budget_adopted",))
def budget_adopted(facts: Facts, _: object) -> Answer:
    """绩效目标随预算一并批复：预算草案经人民代表大会批准以后才能批复。

    事实：budget_adopted（人民代表大会批准预算的事件是否已经登记，批准日期不晚于今天）。
    """
    if facts["budget_adopted"]:
        return None
    remedy = "请在“法定期限”登记人民代表大会批准预算的日期和文号后再批复"
    return clause_to_come("本年度预算还没有登记人民代表大会批准，不能批复绩效目标", remedy)


@check("review_passed", reads=("policy", "review_total"))
def review_passed(facts: Facts, _: object) -> Answer:
    """绩效目标审核得分达到及格线才能进入下一步；没有采用评分审核的不受此限。

    事实：policy、review_total（审核总分，没有评分为 None）。
    """
    total = facts["review_total"]
    line = facts["policy"].get(MARK)
    if total is None or line is None or reaches_mark(total, line.value):
        return None
    return Refusal(
        f"绩效目标审核得{total}分，未达到{line.value}分",
        str(line.clause),
        "请退回单位修改后重新审核",
        "review",
    )


@check("important_scored", reads=("policy", "subject_kind", "is_major", "key_listed", "review_total"))
def important_scored(facts: Facts, _: object) -> Answer:
    """重要的绩效目标须重点审核：按审核表逐项评分以后才能通过；哪些算重要由制度规定，没有规定的不受此限。

    事实：policy、subject_kind（对象类别）、is_major（列为重大）、key_listed（列入重点审核清单）、
    review_total（审核总分，没有评分为 None）。
    """
    rule = prescribed(facts, "important_goals")
    if rule is None or facts["review_total"] is not None:
        return None
    why = importance(
        rule.value, kind=facts["subject_kind"], major=facts["is_major"], listed=facts["key_listed"]
    )
    if not why:
        return None
    fact = f"重要绩效目标（{'、'.join(why)}）须重点审核，还没有按审核表逐项评分"
    return Refusal(fact, str(rule.clause), "请先完成审核评分", "review")


@check("track_scored", reads=("policy", "track", "review_total"))
def track_scored(facts: Facts, _: object) -> Answer:
    """繁简分档中规定须评分的一档，按审核表逐项评分以后才能通过；没有分档的不受此限。

    事实：policy、track（绩效目标的档：light、standard、deep）、review_total（审核总分，没有评分为 None）。
    """
    rule = prescribed(facts, "goal_tracks")
    if rule is None or facts["review_total"] is not None:
        return None
    own = next((one for one in read_tracks(rule.value) if one.key == facts["track"]), None)
    if own is None or not own.scored:
        return None
    fact = f"绩效目标属于{own.label}档，还没有按审核表逐项评分"
    return Refusal(fact, str(rule.clause), "请先完成审核评分", "review")


@check("review_failed", reads=("policy", "review_total", "review_grade"))
def review_failed(facts: Facts, _: object) -> Answer:
    """不予入库、不列入预算，须审核评分没有达到及格线，或者等级按规定不得进入下一步。

    事实：policy、review_total（审核总分，没有评分为 None）、review_grade（审核等级，没有评分为 None）。
    """
    total = facts["review_total"]
    if total is None:
        return clause_to_come("还没有审核评分，不能不予通过", "请先完成审核评分", "review")
    line, gate = facts["policy"].get("goal_review_pass_mark"), facts["policy"].get("goal_review_gate")
    if line is not None and total < line.value:
        return None
    if gate is not None and gate.value.get(facts["review_grade"]) == "stop":
        return None
    words = f"达到{line.value}分，属于合格" if line is not None else "等级不属于不得进入下一步的一级"
    return clause_to_come(f"审核得{total}分，{words}", "请通过审核，或退回单位完善", "review")


@check("failed_again", reads=("policy", "review_again_total", "review_returns"), takes=int)
def failed_again(facts: Facts, least: int) -> Answer:
    """不予受理须在退回修改、重新审核以后：财政部门至少退回过规定的次数，而且最近一次审核评分仍没有达到及格线。

    事实：policy、review_again_total（最近一次退回以后的审核总分，没有评分为 None）、review_returns（财政部门退回的次数）。
    """
    returns, total = facts["review_returns"], facts["review_again_total"]
    if returns < least:
        fact = f"财政部门退回过{returns}次，退回满{least}次、重新审核仍不合格的才可以不予受理"
        return clause_to_come(fact, "请先退回单位修改", "review")
    line = facts["policy"].get("goal_review_pass_mark")
    if total is None:
        return clause_to_come("没有重新审核评分，不能不予受理", "请先完成审核评分", "review")
    if line is not None and total >= line.value:
        return clause_to_come(f"重新审核得{total}分，达到{line.value}分，属于合格", "请复审通过", "review")
    return None


@check("within_standing", reads=("amount", "standing_ceiling", "standing_reason", "standing_clause"))
def within_standing(facts: Facts, _: object) -> Answer:
    """上年评价结果已经核减或不再安排的，申请金额不得超过核定的上限。

    事实：amount（申请金额，分）、standing_ceiling（上限，分，没有限制为 None）、standing_reason（上年结果的说明）、
    standing_clause（依据）。
    """
    ceiling = facts["standing_ceiling"]
    if ceiling is None or facts["amount"] <= ceiling:
        return None
    limit = f"不得超过{format_wan(ceiling)}万元" if ceiling else "不再安排资金"
    return Refusal(
        f"{facts['standing_reason']}，本年{limit}，申请了{format_wan(facts['amount'])}万元",
        str(facts["standing_clause"]),
        "请按上限调整申请金额",
        "amount",
    )


@check("adjustment_reasoned", reads=("revision", "adjustment_reason"))
def adjustment_reasoned(facts: Facts, _: object) -> Answer:
    """绩效目标批复后一般不调整；确需调整的，须写明原因并重新走审核批复程序。

    事实：revision（目标的版次，首次为 1）、adjustment_reason（调整原因）。
    """
    if facts["revision"] <= 1 or not blank(facts["adjustment_reason"]):
        return None
    return clause_to_come("调整已批复的绩效目标，须写明原因", "请填写调整原因", "adjustment_reason")


@check("last_report_present", reads=("policy", "subject_kind", "change_kind", "last_ended_year", "last_reported"))
def last_report_present(facts: Facts, _: object) -> Answer:
    """部门整体支出、连续性项目安排资金，必须凭据上一年度的绩效评价报告；哪些对象须凭据由制度规定。

    事实：policy、subject_kind（对象类别）、change_kind（情形）、last_ended_year（已经结束、安排过预算的最近一个年度，
    没有为 None）、last_reported（那一年度有没有自评或评价报告）。
    """
    rule = prescribed(facts, "prior_report_required")
    if rule is None or rule.value is None or facts["last_ended_year"] is None or facts["last_reported"]:
        return None
    demanded = rule.value
    if facts["subject_kind"] not in demanded["subjects"] and facts["change_kind"] not in demanded["changes"]:
        return None
    return Refusal(
        f"没有 {facts['last_ended_year']} 年度的绩效自评或绩效评价报告，不得安排资金",
        str(rule.clause),
        f"请先办结 {facts['last_ended_year']} 年度的绩效自评或绩效评价，再批复",
        "last_report",
    )
