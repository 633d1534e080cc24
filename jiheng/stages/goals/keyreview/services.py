"""The writes of key reviews: the list, the agreed money, turning away, promising rewards."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django.urls import reverse

from jiheng.foundation import clock
from jiheng.foundation.accounts.person import Person, require
from jiheng.foundation.audit.services import act, record, subject_key
from jiheng.foundation.notices.services import notify
from jiheng.foundation.refused import Refused, mistaken
from jiheng.foundation.workflow.advance import Overtaken, refuse
from jiheng.foundation.workflow.claim import claim, fill_once
from jiheng.registers.cycles.clauses import clause_in
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import rule_in
from jiheng.registers.subjects.models import Standing, SubjectYear
from jiheng.registers.subjects.services import leave_standing, set_library_state
from jiheng.rules.money import format_wan
from jiheng.rules.policy.clauses import national_clause
from jiheng.rules.refusal import Refusal
from jiheng.stages.goals.keyreview.access import may_agree, may_choose, may_promise, may_strike
from jiheng.stages.goals.keyreview.queries import ENDED, earned, terms_of, undecided
from jiheng.stages.goals.models import AgreedMoney, Goal, GoalReward, KeyReview
from jiheng.stages.goals.tracks import list_changed

LIST = "key_review_countdown"


def list_key_reviews(
    *, cycle: Cycle, years: Iterable[SubjectYear], reason: str, due: date, person: Person, source: str = "leaders"
) -> list[KeyReview]:
    """重点审核的项目由局领导划定，写明理由和审核截止日，列入清单后告知主管部门；同一项目一年只列一次。

    Raises Refused with every project that cannot be listed.
    """
    require(may_choose(person))
    clause = clause_in(cycle, LIST)
    if cycle.place_id != person.place_id:
        raise refuse("不属于本地区的年度", national_clause("duty_place"))
    if not reason.strip():
        raise refuse("列入重点审核须写明理由", clause, where="reason")
    if due < clock.today():
        raise refuse(f"审核截止日 {due} 已经过去", clause, remedy="请填写今天或以后的日期", where="due")
    if source not in dict(KeyReview.SOURCES):
        raise mistaken("请选择领导划定或按推荐列入", where="source")
    chosen = list(years)
    if not chosen:
        raise mistaken("没有选择项目", remedy="请在清单中选择", where="years")
    known = set(KeyReview.objects.filter(subject_year__in=[one.pk for one in chosen]).values_list("subject_year", flat=True))
    found = [Refusal(f"“{one.name}”已在本年度清单中", clause, where="years") for one in chosen if one.pk in known]
    found += [Refusal(f"“{one.name}”不是{cycle.budget_year}年度的项目", clause, where="years") for one in chosen if one.cycle_id != cycle.pk]
    found += [Refusal(f"“{one.name}”不予入库，不再审核", clause, where="years") for one in chosen if one.library_state == "refused"]
    if found:
        raise Refused(found)
    with act(person):
        made = []
        for year in chosen:
            entry = KeyReview.objects.create(
                place_id=cycle.place_id, cycle=cycle, subject_year=year, source=source, reason=reason.strip()[:300], due=due,
                listed_by=str(person), listed_on=clock.today(),
            )  # fmt: skip
            record("goals.key_list", entry, {"name": year.name, "due": due, "reason": entry.reason, "source": source}, clause)
            notify(
                organisation=year.department, role="department_reviewer", text=f"“{year.name}”列入绩效目标重点审核，{due} 截止",
                link=reverse("goals:key_reviews"), about=entry,
            )  # fmt: skip
            made.append(entry)
            _place_anew(year)
    return made


def _place_anew(year: SubjectYear) -> None:
    """What the leaders list or strike may be treated by another track; a goal that is approved stays as it is."""
    goals = Goal.objects.filter(subject_year=year).exclude(state__in=ENDED)
    for goal in goals.select_related("subject_year", "cycle__snapshot").defer("cycle__snapshot__content"):
        list_changed(goal)


def strike_key_review(*, entry: KeyReview, reason: str, person: Person) -> None:
    """移出重点审核清单须写明理由，原来的一行保留。"""
    require(may_strike(person, entry))
    clause = clause_in(entry.cycle, LIST)
    if not reason.strip():
        raise refuse("移出重点审核清单须写明理由", national_clause("duty_reasons"), where="reason")
    with act(person):
        given = {"struck_on": clock.today(), "strike_reason": reason.strip()[:300]}
        fill_once(entry, given, "struck_on")
        record("goals.key_strike", entry, {"reason": entry.strike_reason}, clause)
        _place_anew(entry.subject_year)


def agree_money(*, goal: Goal, agreed_fen: int, reason: str, person: Person, version: int | None = None) -> AgreedMoney:
    """审核时核定资金：不得高于申报，写明理由；核减的，单位须改到核定数以内才能通过，年初预算也不得超过。金额为分。

    Once a version of the goal. Raises Refused, or Overtaken when the goal moved since `version`.
    """
    require(may_agree(person, goal))
    clause, asked = clause_in(goal.cycle, "workflows.goals"), goal.fiscal_fen + goal.other_fen
    if version is not None and version != goal.version:
        raise Overtaken
    if AgreedMoney.objects.filter(subject_year_id=goal.subject_year_id, revision=goal.revision).exists():
        raise refuse("这一版目标的资金已经核定", clause)
    if not 0 < agreed_fen <= asked:
        raise refuse(
            f"核定资金须大于零，不超过申报的{format_wan(asked)}万元", clause,
            remedy="不予安排的，请按审核结论办理，不在这里核定为零", where="agreed_fen",
        )  # fmt: skip
    if agreed_fen < asked and not reason.strip():
        raise refuse("核减资金须写明理由", clause, where="reason")
    with act(person):
        claim(goal, version=version)
        return _agreed(goal, asked, agreed_fen, reason.strip(), clause, person)


def turn_away(*, goal: Goal, reason: str, person: Person) -> None:
    """审核以不予通过告终的，按规定不进入项目库、资金全部核减；制度没有这样规定的，只是没有批复。

    Called inside the transaction of the step. Only a goal's first version bars its project.
    """
    rule = rule_in(goal.cycle, "goal_failed_barred")
    if rule is None or not rule.value or goal.revision > 1:
        return
    set_library_state(year=goal.subject_year, state="refused", clause=str(rule.clause), person=person)
    if AgreedMoney.objects.filter(subject_year_id=goal.subject_year_id, revision=goal.revision).exists():
        return
    _agreed(goal, goal.fiscal_fen + goal.other_fen, 0, reason.strip(), str(rule.clause), person)


def _agreed(goal: Goal, asked: int, agreed: int, reason: str, clause: str, person: Person) -> AgreedMoney:
    made = AgreedMoney.objects.create(
        subject_year_id=goal.subject_year_id, revision=goal.revision, asked_fen=asked, agreed_fen=agreed,
        reason=reason[:300], clause=clause[:300], decided_by=str(person), decided_on=clock.today(),
    )  # fmt: skip
    record("goals.agree_money", goal, {"asked": asked, "agreed": agreed, "reason": made.reason}, clause)
    if agreed < asked:
        cut = f"审核核减{format_wan(asked - agreed)}万元"
        standing = Standing(
            subject_id=goal.subject_year.subject_id, for_budget_year=goal.subject_year.budget_year, grade="",
            score=Decimal(0), action="cut" if agreed else "none", ceiling_fen=agreed, cause=subject_key(made),
            text=f"绩效目标{cut}：{made.reason}"[:300], clause=clause[:300],
        )  # fmt: skip
        leave_standing(standing=standing, person=person)
    return made


def promise_rewards(*, cycle: Cycle, person: Person) -> list[GoalReward]:
    """目标审核优秀的部门按规定新增机动金：全部重点审核办结以后，由局领导按制度的标准一次决定。

    Raises Refused while a key review is under way, where the rules know no reward, when it was promised before,
    and when nobody has earned any.
    """
    require(may_promise(person))
    if cycle.place_id != person.place_id:
        raise refuse("不属于本地区的年度", national_clause("duty_place"))
    rule, terms = rule_in(cycle, "goal_reward"), terms_of(cycle)
    if rule is None or terms is None:
        raise refuse("本年度的制度没有规定机动金", clause_in(cycle, "goal_reward"))
    clause = str(rule.clause)
    if GoalReward.objects.filter(cycle=cycle).exists():
        raise refuse("本年度的机动金已经决定", clause)
    if waiting := undecided(cycle):
        raise refuse(f"还有 {waiting} 项重点审核没有办结", clause, remedy="请办结以后再决定")
    rows = [one for one in earned(person, cycle, terms) if one.reward.excellent]
    if not rows:
        raise refuse("没有达到奖励标准的部门", clause)
    with act(person):
        made = []
        for one in rows:
            given = GoalReward.objects.create(
                place_id=cycle.place_id, cycle=cycle, department=one.department, amount_fen=one.reward.amount_fen,
                calculation=one.reward.words[:300], clause=clause[:300], decided_by=str(person), decided_on=clock.today(),
            )  # fmt: skip
            record("goals.reward", given, {"fen": given.amount_fen, "words": given.calculation}, clause)
            notify(
                organisation=one.department, role="department_reviewer",
                text=f"绩效目标审核优秀，新增机动金 {format_wan(given.amount_fen)} 万元", link=reverse("goals:rewards"), about=given,
            )  # fmt: skip
            made.append(given)
    return made
