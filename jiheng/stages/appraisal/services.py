"""The writes of ex-ante appraisal: start, score, describe, move, conclude, put right, enter the library."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.urls import reverse

from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Organisation
from jiheng.foundation.accounts.person import Person, held_today, require
from jiheng.foundation.accounts.roles import ROLES
from jiheng.foundation.audit.chain import content_hash
from jiheng.foundation.audit.services import act, record
from jiheng.foundation.files.models import Evidence
from jiheng.foundation.files.services import attach
from jiheng.foundation.notices.services import notify
from jiheng.foundation.refused import mistaken
from jiheng.foundation.workflow.advance import Refused, advance, refuse
from jiheng.foundation.workflow.claim import claim
from jiheng.registers.cycles.clauses import clause_in
from jiheng.registers.cycles.queries import policy_for, rule_in
from jiheng.registers.subjects.models import SubjectYear
from jiheng.registers.subjects.services import set_library_state
from jiheng.rules.appraisal import AFTER_REVISION, NOT_SUPPORTED, conclusion_refusals
from jiheng.rules.money import format_wan
from jiheng.rules.refusal import Refusal, under
from jiheng.rules.workflow import Workflow
from jiheng.stages.appraisal.access import (
    is_theirs,
    may_answer_condition,
    may_conclude,
    may_enter_library,
    may_meet_condition,
    may_score_for_bureau,
    may_score_for_department,
    may_start,
    may_write_sections,
)
from jiheng.stages.appraisal.facts import (
    Conclusion,
    appraisal_facts,
    card_in,
    materials_of,
    outline_in,
    proposed_conclusion,
    scored,
    total_of,
    trigger_of,
)
from jiheng.stages.appraisal.models import Appraisal, AppraisalCondition, AppraisalLine
from jiheng.stages.appraisal.queries import entry_clause, gate_refusals
from jiheng.stages.appraisal.reviewing import (
    joint_digest,
    joint_of,
    joint_refusals,
    panel_clause,
    panel_of,
    panel_refusals,
)


@dataclass(frozen=True)
class ConditionData:
    """What must be put right before the money, and until when."""

    text: str
    due: date


def _workflow(appraisal: Appraisal) -> Workflow:
    return policy_for(appraisal.cycle).workflows["appraisal"]


def start_appraisal(*, year: SubjectYear, person: Person, ground: str = "") -> Appraisal:
    """Open the appraisal of a project for its budget year; where the rules demand none, a ground is needed.

    Raises Refused when the person may not, when it is open already or when nothing says why.
    """
    require(may_start(person, year))
    trigger = trigger_of(year)
    if not trigger.required and not ground.strip():
        raise refuse(
            f"制度不要求对本项目做事前绩效评估：{trigger.reason}",
            trigger.clause,
            "确需评估的，请写明理由后发起",
            "ground",
        )
    if Appraisal.objects.filter(subject_year=year).exists():
        raise refuse(
            "本项目本年度已经发起事前绩效评估",
            clause_in(year.cycle, "workflows.appraisal"),
            remedy="请打开已有的评估继续办理",
        )
    if year.requested_fen <= 0:
        raise refuse(
            "项目没有申报金额，不能评估",
            clause_in(year.cycle, "workflows.appraisal"),
            remedy="请先登记申报金额",
            where="requested_fen",
        )
    with act(person):
        made = Appraisal.objects.create(
            place_id=year.place_id,
            state=policy_for(year.cycle).workflows["appraisal"].start,
            created_at=clock.now(),
            cycle=year.cycle,
            work_year=clock.today().year,
            subject_year=year,
            trigger=(trigger.reason if trigger.required else ground.strip())[:200],
            trigger_clause=trigger.clause,
            asked_fen=year.requested_fen,
        )
        record(
            "appraisal.start", made, {"asked_fen": made.asked_fen, "trigger": made.trigger}, trigger.clause
        )
        _tell_next(made, "须办理事前绩效评估", person)
    return made


def save_department_lines(
    *,
    appraisal: Appraisal,
    points: Mapping[str, Decimal],
    missing: Mapping[str, str],
    person: Person,
    version: int | None = None,
) -> None:
    """Write the department's own points; `missing` names the fact that each lost point rests on.

    Raises Refused with every fault: outside the item's points, a lost point without its missing fact.
    """
    require(may_score_for_department(person, appraisal))
    with act(person):
        _save_lines(appraisal, "department", points, missing, version)
        total = total_of(card_in(appraisal.cycle), scored(appraisal, "department"))
        appraisal.department_total = total.points if total else None
        appraisal.save(update_fields=["department_total"])


def save_bureau_lines(
    *,
    appraisal: Appraisal,
    points: Mapping[str, Decimal],
    missing: Mapping[str, str],
    person: Person,
    vetoes: Collection[str] = (),
    version: int | None = None,
) -> None:
    """Write the bureau's points and the facts that veto the project whatever its score.

    Raises Refused as `save_department_lines`, and for a veto that the scorecard does not know.
    """
    require(may_score_for_bureau(person, appraisal))
    card = card_in(appraisal.cycle)
    by_experts = panel_of(appraisal) is not None
    before = scored(appraisal, "bureau")
    if by_experts and any(before.get(key) != value for key, value in points.items()):
        words = "本项评估由专家独立评分，财政评估得分由专家评分得出，不能另行填写或修改"
        raise refuse(words, panel_clause(appraisal.cycle), "请在“专家评分”办理；这里只认定否决事项")
    if unknown := sorted(set(vetoes) - {veto.key for veto in card.vetoes}):
        raise mistaken(f"评分表没有否决事项“{'、'.join(unknown)}”", where="vetoes")
    with act(person):
        if by_experts:
            claim(appraisal, version=version)
        else:
            _save_lines(appraisal, "bureau", points, missing, version)
        if sorted(appraisal.vetoes) != sorted(vetoes):
            record(
                "appraisal.veto",
                appraisal,
                {"from": appraisal.vetoes, "to": sorted(vetoes)},
                _card_clause(appraisal),
            )
        appraisal.vetoes = sorted(vetoes)
        total = total_of(card, scored(appraisal, "bureau"), appraisal.vetoes)
        appraisal.bureau_total = total.points if total else None
        appraisal.save(update_fields=["bureau_total", "vetoes"])


def take_experts_points(
    *, appraisal: Appraisal, points: Mapping[str, Decimal], missing: Mapping[str, str]
) -> None:
    """Let what the experts gave become the bureau's points; called inside the act that settles their scoring."""
    _save_lines(appraisal, "bureau", points, missing, None)
    total = total_of(card_in(appraisal.cycle), scored(appraisal, "bureau"), appraisal.vetoes)
    appraisal.bureau_total = total.points if total else None
    appraisal.save(update_fields=["bureau_total"])


def _card_clause(appraisal: Appraisal) -> str:
    return str(policy_for(appraisal.cycle).clause_of(card_in(appraisal.cycle)))


def line_problems(
    appraisal: Appraisal, points: Mapping[str, Decimal], missing: Mapping[str, str]
) -> list[Refusal]:
    """Return what is wrong with typed points: each lost point must name the missing fact."""
    card, clause = card_in(appraisal.cycle), _card_clause(appraisal)
    items = {item.key: item for item in card.items}
    if unknown := sorted(set(points) - set(items)):
        return [Refusal(f"评分表没有“{'、'.join(unknown)}”这一项", clause)]
    problems = card.problems(points)
    wrong = {problem.where for problem in problems}
    for key, value in points.items():
        if key not in wrong and value < items[key].points and not missing.get(key, "").strip():
            problems.append(
                Refusal(
                    f"“{items[key].label}”扣了 {items[key].points - value} 分，没有写明所缺的事实",
                    clause,
                    "请写明缺少哪份材料、哪项数据或哪个事实",
                    key,
                )
            )
    return under(clause, problems)


def _save_lines(
    appraisal: Appraisal,
    side: str,
    points: Mapping[str, Decimal],
    missing: Mapping[str, str],
    version: int | None,
) -> None:
    problems = line_problems(appraisal, points, missing)
    if problems:
        raise Refused(problems)
    items = {item.key: item for item in card_in(appraisal.cycle).items}
    claim(appraisal, version=version)
    before = scored(appraisal, side)
    for key, value in points.items():
        fact = missing.get(key, "").strip()[:300] if value < items[key].points else ""
        AppraisalLine.objects.update_or_create(
            appraisal=appraisal, side=side, item=key, defaults={"points": value, "missing_fact": fact}
        )
    _forget_lines(appraisal)
    changed = {
        key: {"from": before.get(key), "to": value, "missing": missing.get(key, "").strip()}
        for key, value in points.items()
        if before.get(key) != value
    }
    record("appraisal.score", appraisal, {"side": side, "changed": changed}, _card_clause(appraisal))


def _forget_lines(appraisal: Appraisal) -> None:
    """Drop lines that were read ahead, so that totals see what was just written."""
    getattr(appraisal, "_prefetched_objects_cache", {}).pop("lines", None)


def save_sections(
    *, appraisal: Appraisal, sections: Mapping[str, str], person: Person, version: int | None = None
) -> None:
    """Write parts of the appraisal report, by the keys of the pack's outline; other parts stay.

    Raises Refused for a part that the outline does not have.
    """
    require(may_write_sections(person, appraisal))
    known = {section.key for section in outline_in(appraisal.cycle).sections}
    if unknown := sorted(set(sections) - known):
        raise mistaken(f"评估报告提纲中没有“{'、'.join(unknown)}”", where=unknown[0])
    with act(person):
        claim(appraisal, version=version)
        written = {key: text.strip() for key, text in sections.items()}
        changed = {key: text for key, text in written.items() if appraisal.sections.get(key, "") != text}
        appraisal.sections = appraisal.sections | written
        appraisal.save(update_fields=["sections"])
        record("appraisal.describe", appraisal, {"sections": changed})


def signed_content(appraisal: Appraisal, drawn: Conclusion | None = None) -> dict[str, Any]:
    """Return exactly what a person signs with a step."""
    given = drawn or Conclusion(appraisal.conclusion, appraisal.agreed_fen or 0, appraisal.conclusion_reason)
    lines = appraisal.lines.order_by("side", "item").values_list("side", "item", "points", "missing_fact")
    return {
        "subject_year": appraisal.subject_year_id,
        "asked_fen": appraisal.asked_fen,
        "lines": [list(line) for line in lines],
        "vetoes": appraisal.vetoes,
        "sections": appraisal.sections,
        "conclusion": given.conclusion,
        "agreed_fen": given.agreed_fen,
        "reason": given.reason,
        "conditions": [list(one) for one in given.conditions],
        **({"joint": joint_digest(joint)} if (joint := joint_of(appraisal)) is not None else {}),
    }


def _move(
    appraisal: Appraisal, action: str, person: Person, comment: str, version: int | None, told: str
) -> None:
    if not is_theirs(person, appraisal.subject_year):
        raise refuse(
            "只能办理本单位、本部门的事前绩效评估", clause_in(appraisal.cycle, "workflows.appraisal")
        )
    with act(person):
        advance(
            appraisal,
            workflow=_workflow(appraisal),
            action=action,
            person=person,
            facts=appraisal_facts(appraisal),
            comment=comment,
            content_hash=content_hash(signed_content(appraisal)),
            version=version,
        )
        _tell_next(appraisal, told, person)


def submit_appraisal(
    *, appraisal: Appraisal, person: Person, comment: str = "", version: int | None = None
) -> None:
    """Send the appraisal on from the unit; refused with clauses while materials or texts are missing."""
    _move(appraisal, "submit", person, comment, version, "事前绩效评估已报送，请办理")


def forward_appraisal(
    *, appraisal: Appraisal, person: Person, comment: str = "", version: int | None = None
) -> None:
    """Pass it on: the department has scored every item, the bureau comes next."""
    _move(appraisal, "forward", person, comment, version, "事前绩效评估已转来，请办理")


def return_appraisal(
    *, appraisal: Appraisal, person: Person, comment: str, version: int | None = None
) -> None:
    """Send it back with what has to be changed."""
    _move(appraisal, "return", person, comment, version, f"事前绩效评估被退回：{comment.strip()}")


def withdraw_appraisal(
    *, appraisal: Appraisal, person: Person, comment: str = "", version: int | None = None
) -> None:
    """The unit takes back what it sent while nobody has worked on it."""
    _move(appraisal, "withdraw", person, comment, version, "事前绩效评估已由单位撤回")


MOVES: Mapping[str, Callable[..., None]] = {
    "submit": submit_appraisal,
    "forward": forward_appraisal,
    "return": return_appraisal,
    "withdraw": withdraw_appraisal,
}


def attach_material(
    *, appraisal: Appraisal, material: str, name: str, content: bytes, person: Person
) -> Evidence:
    """Attach one of the materials that the rules ask for; refused when the list does not know it."""
    require(may_write_sections(person, appraisal))
    if material not in {one.key for one in materials_of(appraisal.subject_year)}:
        raise refuse(
            "评估材料清单中没有这一项",
            clause_in(appraisal.cycle, "appraisal_material"),
            remedy="请从清单中选择材料名称",
            where="material",
        )
    return attach(subject=appraisal, row=material, name=name, content=content, person=person)


def conclude_appraisal(
    *,
    appraisal: Appraisal,
    conclusion: str,
    agreed_fen: int,
    reason: str,
    person: Person,
    conditions: Sequence[ConditionData] = (),
    version: int | None = None,
) -> None:
    """Conclude: 予以支持、调整完善后予以支持、不予支持, with the amount agreed (fen) and the reason.

    The score proposes the conclusion; another one, or a veto overridden, is refused without its reason.
    Conditions with due dates belong to 调整完善后予以支持 and to nothing else. Raises Refused, Overtaken.
    """
    require(may_conclude(person, appraisal))
    problems = conclusion_problems(appraisal, conclusion, agreed_fen, reason, conditions)
    if problems:
        raise Refused(problems)
    listed = [(one.text.strip(), one.due.isoformat()) for one in conditions]
    drawn = Conclusion(conclusion, agreed_fen, reason.strip(), listed)
    proposed = proposed_conclusion(appraisal) or ""
    with act(person):
        advance(
            appraisal,
            workflow=_workflow(appraisal),
            action="conclude",
            person=person,
            facts=appraisal_facts(appraisal, drawn),
            comment=reason.strip(),
            content_hash=content_hash(signed_content(appraisal, drawn)),
            version=version,
        )
        appraisal.conclusion, appraisal.agreed_fen = conclusion, agreed_fen
        appraisal.conclusion_reason, appraisal.proposed = reason.strip(), proposed
        final = appraisal.state in _workflow(appraisal).final
        appraisal.concluded_on = clock.today() if final else None
        appraisal.save(
            update_fields=["conclusion", "agreed_fen", "conclusion_reason", "proposed", "concluded_on"]
        )
        appraisal.conditions.all().delete()
        AppraisalCondition.objects.bulk_create(
            [AppraisalCondition(appraisal=appraisal, text=text, due=due) for text, due in listed]
        )
        record(
            "appraisal.conclusion",
            appraisal,
            {
                "conclusion": conclusion,
                "proposed": proposed,
                "asked_fen": appraisal.asked_fen,
                "agreed_fen": agreed_fen,
                "reason": reason.strip(),
                "conditions": listed,
            },
            entry_clause(appraisal.cycle),
        )
        if final:
            _after_conclusion(appraisal, person)
            _tell_overseers(appraisal, person)
        else:
            _tell_next(appraisal, "事前绩效评估结论待会签", person)


def _after_conclusion(appraisal: Appraisal, person: Person) -> None:
    if appraisal.conclusion == NOT_SUPPORTED:
        set_library_state(
            year=appraisal.subject_year, state="refused", clause=entry_clause(appraisal.cycle), person=person
        )
    agreed = format_wan(appraisal.agreed_fen or 0)
    text = f"“{appraisal.subject_year.name}”事前绩效评估结论：{appraisal.get_conclusion_display()}，同意 {agreed} 万元"
    link = reverse("appraisal:detail", args=[appraisal.pk])
    for role in ("unit_project", "unit_finance"):
        notify(organisation=appraisal.subject_year.unit, role=role, text=text, link=link, about=appraisal)
    department = appraisal.subject_year.department
    notify(organisation=department, role="department_reviewer", text=text, link=link, about=appraisal)


def _tell_overseers(appraisal: Appraisal, person: Person) -> None:
    """结论与得分所示不同的，告知监督机构：谁、改成什么、为什么、依据哪一条。"""
    rule = rule_in(appraisal.cycle, "appraisal_override_told")
    if rule is None or not appraisal.proposed or appraisal.proposed == appraisal.conclusion:
        return
    clause, roles = str(rule.clause), list(rule.value or ())
    words = (
        f"“{appraisal.subject_year.name}”按得分应为“{appraisal.get_proposed_display()}”，{person}作出“"
        f"{appraisal.get_conclusion_display()}”：{appraisal.conclusion_reason}（依据 {clause}）"
    )
    told = held_today().filter(organisation__place_id=appraisal.place_id, role__in=roles).select_related("organisation")
    bodies = {(one.organisation_id, one.role): one.organisation for one in told}
    for (_, role), body in sorted(bodies.items()):
        _notify(appraisal, body, role, words)
    record(
        "appraisal.override", appraisal,
        {"from": appraisal.proposed, "to": appraisal.conclusion, "reason": appraisal.conclusion_reason, "told": len(bodies)},
        clause,
    )  # fmt: skip


def conclusion_problems(
    appraisal: Appraisal,
    conclusion: str,
    agreed_fen: int,
    reason: str,
    conditions: Sequence[ConditionData],
) -> list[Refusal]:
    """Return what speaks against a conclusion before the workflow's own conditions are asked."""
    clause, found = entry_clause(appraisal.cycle), []
    card, points = card_in(appraisal.cycle), scored(appraisal, "bureau")
    open_items = [item.label for item in card.items if item.key not in points]
    if open_items:
        found.append(
            Refusal(
                f"财政评估还有 {len(open_items)} 项没有评分：{'、'.join(open_items[:5])}{'等' if len(open_items) > 5 else ''}",
                _card_clause(appraisal),
                "请逐项评分后再作结论",
                "scores",
            )
        )
    found += conclusion_refusals(
        asked=appraisal.asked_fen,
        agreed=agreed_fen,
        conclusion=conclusion,
        proposed=proposed_conclusion(appraisal),
        reason=reason,
        clause=clause,
    )
    found += panel_refusals(appraisal) + joint_refusals(appraisal)
    return found + _condition_problems(conclusion, conditions, clause)


def _condition_problems(conclusion: str, conditions: Sequence[ConditionData], clause: str) -> list[Refusal]:
    if conclusion != AFTER_REVISION:
        if not conditions:
            return []
        return [
            Refusal(
                "只有“调整完善后予以支持”才列须完善事项", clause, "请删去须完善事项或改结论", "conditions"
            )
        ]
    if not conditions:
        return [Refusal("“调整完善后予以支持”须列明须完善的事项和期限", clause, "请至少列一项", "conditions")]
    return [
        Refusal(
            f"第 {number} 条须完善事项没有写明内容"
            if not one.text.strip()
            else f"第 {number} 条的期限早于今天",
            clause,
            "请补写内容" if not one.text.strip() else "请把期限定在今天或以后",
            f"conditions-{number}",
        )
        for number, one in enumerate(conditions, 1)
        if not one.text.strip() or one.due < clock.today()
    ]


def answer_condition(*, condition: AppraisalCondition, proof: str, person: Person) -> None:
    """The unit says what it has put right; the bureau is told to look."""
    appraisal = condition.appraisal
    require(may_answer_condition(person, appraisal))
    if condition.met_on is not None:
        raise mistaken("该事项已确认完成")
    if not proof.strip():
        raise refuse(
            "请写明完成情况",
            entry_clause(appraisal.cycle),
            remedy="写清改了什么、依据哪份材料",
            where="proof",
        )
    with act(person):
        condition.proof, condition.answered_on = proof.strip()[:300], clock.today()
        condition.save(update_fields=["proof", "answered_on"])
        record("appraisal.answer", appraisal, {"condition": condition.text, "proof": condition.proof})
        text = f"“{appraisal.subject_year.name}”登记了须完善事项的完成情况，请确认"
        for organisation in bureaus_of(appraisal):
            for role in ("division", "performance_office"):
                _notify(appraisal, organisation, role, text)


def meet_condition(*, condition: AppraisalCondition, person: Person, proof: str = "") -> None:
    """The bureau confirms that a condition is met; not without saying how, and not by the unit itself."""
    appraisal = condition.appraisal
    require(may_meet_condition(person, appraisal))
    if condition.met_on is not None:
        raise mistaken("该事项已确认完成")
    said = proof.strip() or condition.proof
    if not said:
        raise refuse(
            "没有完成情况，不能确认", entry_clause(appraisal.cycle), "请由单位先登记完成情况", "proof"
        )
    with act(person):
        condition.proof, condition.met_on = said[:300], clock.today()
        condition.save(update_fields=["proof", "met_on"])
        record(
            "appraisal.meet",
            appraisal,
            {"condition": condition.text, "due": condition.due.isoformat(), "proof": condition.proof},
            entry_clause(appraisal.cycle),
        )
        for role in ("unit_project", "unit_finance"):
            text = f"须完善事项“{condition.text}”已确认完成"
            _notify(appraisal, appraisal.subject_year.unit, role, text)


def enter_library(*, year: SubjectYear, person: Person) -> None:
    """Let a project into the library; refused with the clause when the rules demand what is not there.

    须做事前绩效评估而没有结论、结论为“不予支持”或须完善事项未完成的，不得入库. Raises Refused.
    """
    require(may_enter_library(person, year))
    if year.library_state == "refused" and (against := gate_refusals(year)):
        raise Refused(against)
    if year.library_state != "proposed":
        raise refuse(
            f"项目的入库状态是“{year.get_library_state_display()}”，不能再办理入库",
            clause_in(year.cycle, "duty_project_library"),
        )
    refusals = gate_refusals(year)
    if refusals:
        raise Refused(refusals)
    with act(person):
        set_library_state(year=year, state="entered", clause=entry_clause(year.cycle), person=person)
        text = f"“{year.name}”已进入项目库，可以申报绩效目标和预算"
        link = reverse("subjects:detail", args=[year.pk])
        for role in ("unit_project", "unit_finance"):
            notify(organisation=year.unit, role=role, text=text, link=link, about=year)


def bureaus_of(appraisal: Appraisal) -> list[Organisation]:
    """Return the finance bureau of the appraisal's place."""
    found = Organisation.objects.filter(place_id=appraisal.place_id, kind="bureau", valid_to=None)
    return list(found)


def _notify(appraisal: Appraisal, organisation: Organisation, role: str, text: str) -> None:
    link = reverse("appraisal:detail", args=[appraisal.pk])
    notify(organisation=organisation, role=role, text=text, link=link, about=appraisal)


def _tell_next(appraisal: Appraisal, what: str, person: Person) -> None:
    """Tell everybody whose role has a step from the state in which the appraisal now is."""
    steps = [step for step in _workflow(appraisal).steps if step.from_state == appraisal.state]
    roles = sorted({role for step in steps if not step.own for role in step.by} - {person.role})
    text = f"“{appraisal.subject_year.name}”{what}"
    for role in roles:
        side = ROLES[role].side
        if side == "unit":
            _notify(appraisal, appraisal.subject_year.unit, role, text)
        elif side == "department":
            _notify(appraisal, appraisal.subject_year.department, role, text)
        elif side == "bureau":
            for organisation in bureaus_of(appraisal):
                _notify(appraisal, organisation, role, text)
