"""Issuing the paper that approves a department's budget together with its goals."""

from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Organisation
from jiheng.foundation.accounts.person import Person, require
from jiheng.foundation.audit.services import act, record
from jiheng.foundation.refused import Refused, mistaken, refuse
from jiheng.registers.cycles.clauses import clause_in
from jiheng.registers.cycles.models import Cycle
from jiheng.rules.money import format_wan
from jiheng.rules.policy.clauses import national_clause
from jiheng.rules.refusal import Refusal
from jiheng.stages.goals.access import may_issue_approval
from jiheng.stages.goals.approval import code_of, gaps, paper, standing
from jiheng.stages.goals.models import ApprovalDocument

TOLD = 20


def issue_approval(*, cycle: Cycle, department: Organisation, number: str, person: Person) -> ApprovalDocument:
    """预算和绩效目标一并批复：一个部门一份文件，写明文号，每个项目的预算须与批复的目标资金一致。

    Raises Refused for a closed year, a number that was used, a department without approved goals, and with each
    project whose budget differs from the money of its goal.
    """
    require(may_issue_approval(person))
    if cycle.state != "open":
        raise refuse(f"{cycle}已关闭", national_clause("duty_year"))
    words = number.strip()
    if not words or len(words) > 60:
        raise mistaken("请填写文号，不超过 60 字", where="number")
    clause = clause_in(cycle, "goal_before_release")
    content = standing(cycle, department)
    if not any(one["goal"] for one in content["projects"]):
        raise refuse(f"{department}还没有批复的绩效目标", clause, remedy="请先批复绩效目标")
    if found := gaps(content):
        raise Refused([
            Refusal(
                f"“{name}”预算 {format_wan(budget)} 万元，批复的目标资金 {format_wan(promised)} 万元，两者不一致",
                clause,
                "请先调整目标或预算，再一并批复",
            )
            for name, budget, promised in found[:TOLD]
        ])  # fmt: skip
    today = clock.today()
    with act(person):
        if ApprovalDocument.objects.filter(cycle__place_id=cycle.place_id, number=words).exists():
            raise mistaken(f"文号“{words}”已经用过", where="number")
        made = ApprovalDocument.objects.create(
            cycle=cycle,
            department=department,
            number=words,
            issued_on=today,
            issued_by=str(person),
            content=content,
            code=code_of(paper(content, words, str(cycle.place), today)),
        )
        record("goals.issue_approval", made, {"number": words, "department": department.name, "code": made.code}, clause)
    return made
