"""How a project stands at the gates of its goal: by what the approval and the ledger ask."""

from django.urls import reverse

from jiheng.foundation.accounts.person import Person
from jiheng.registers.cycles.queries import rule_in, rules_at
from jiheng.registers.subjects.access import visible_subject_years
from jiheng.registers.subjects.models import SubjectYear
from jiheng.rules.gates import Gate, gate
from jiheng.rules.refusal import Refusal
from jiheng.rules.release_gate import Move, Terms
from jiheng.rules.workflow.checks.goals import last_report_present
from jiheng.stages.goals.access import visible_goals
from jiheng.stages.goals.facts import last_report_of
from jiheng.stages.goals.queries import goal_of
from jiheng.stages.goals.services.releasing import stands_of


def gates(year: SubjectYear, person: Person) -> list[Gate]:
    """上年度评价报告、绩效目标批复。"""
    return [_last_report(year, person), _goal(year, person)]


def _last_report(year: SubjectYear, person: Person) -> Gate:
    rule, report = rule_in(year.cycle, "prior_report_required"), last_report_of(year)
    facts = {"policy": rules_at(year.cycle), "subject_kind": year.kind, "change_kind": year.change, **report}
    answer = last_report_present(facts, None) if rule is not None else None
    against = [answer] if isinstance(answer, Refusal) else list(answer or ())
    demanded = rule.value if rule is not None and rule.value else {"subjects": (), "changes": ()}
    asked = year.kind in demanded["subjects"] or year.change in demanded["changes"]
    before = report["last_ended_year"]
    row = visible_subject_years(person).filter(subject_id=year.subject_id, budget_year=before).first() if before else None
    return gate(
        "last_report", against, applies=asked and before is not None, passed=f"{before} 年度已有绩效自评或绩效评价报告",
        free="以前年度没有安排过预算" if asked else "制度不要求凭上年度报告安排资金",
        clause=str(rule.clause) if rule is not None and asked else "",
        url=reverse("subjects:detail", args=[row.pk]) if row is not None else "",
    )  # fmt: skip


def _goal(year: SubjectYear, person: Person) -> Gate:
    goal, terms = goal_of(year), Terms(rules_at(year.cycle))
    stand = stands_of([year])[year.pk]
    # Where budget is there already, the goal is asked for again when money is paid.
    move = Move("payment", 1) if stand.budget_fen > 0 else Move("initial", year.requested_fen)
    against = terms.against(stand.subject, [move], stand.goals, stand.budget_fen, stand.first)
    approved = any(one.approved for one in stand.goals)
    seen = goal is not None and visible_goals(person).filter(pk=goal.pk).exists()
    return gate(
        "goal", against, applies=approved, passed="绩效目标已批复", free="制度不要求先批复绩效目标",
        clause=str(terms.before.clause) if terms.before is not None else "",
        url=reverse("goals:detail", args=[goal.pk]) if goal is not None and seen else "",
    )  # fmt: skip
