"""The writes of an evaluation's work: the plan, requests of material and what became of them, what was seen and asked."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Max
from django.urls import reverse

from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Organisation
from jiheng.foundation.accounts.person import Person, require
from jiheng.foundation.accounts.queries import bureau_of
from jiheng.foundation.accounts.roles import BUREAU_ROLES
from jiheng.foundation.audit.services import act, record, subject_key
from jiheng.foundation.files.models import Evidence
from jiheng.foundation.files.services import attach, evidence_of
from jiheng.foundation.notices.services import notify
from jiheng.foundation.refused import mistaken
from jiheng.foundation.workflow.advance import Overtaken, Refused, advance, refuse
from jiheng.foundation.workflow.claim import claim, fill_once
from jiheng.foundation.workflow.models import Signature
from jiheng.registers.cycles.clauses import clause_in
from jiheng.registers.cycles.clocks import working_day_after
from jiheng.registers.cycles.queries import policy_for, rule_in, rules_at
from jiheng.rules.refusal import Refusal, mistake
from jiheng.stages.evaluation.access import SCORERS, ordering_role
from jiheng.stages.evaluation.fieldwork.access import (
    may_argue_scheme,
    may_ask_material,
    may_begin_scheme,
    may_bring,
    may_change_record,
    may_edit_scheme,
    may_move_scheme,
    may_receive,
    may_record,
    may_refuse,
    scheme_workflow,
)
from jiheng.stages.evaluation.fieldwork.queries import STEPS, item_labels
from jiheng.stages.evaluation.fieldwork.signed import scheme_hash
from jiheng.stages.evaluation.models import Evaluation, EvaluationScheme, FieldRecord, MaterialRequest
from jiheng.stages.evaluation.partners import tell_partner
from jiheng.stages.evaluation.review_tables import verdicts_on

LONGEST_SCHEME = 5000
LONGEST = 500
LONGEST_RECORD = 2000


# --- the work plan


def begin_scheme(*, evaluation: Evaluation, person: Person) -> EvaluationScheme:
    """拟定工作方案；一项评价一份。Refused in years that were opened without its table."""
    require(may_begin_scheme(person, evaluation))
    workflow = policy_for(evaluation.cycle).workflows.get("evaluation_scheme")
    if workflow is None:
        raise mistaken("本年度固化的制度没有评价工作方案的流程", remedy="以后开启的年度可以办理，或采用新版制度")
    with act(person):
        made, new = EvaluationScheme.objects.get_or_create(
            evaluation=evaluation,
            defaults={
                "place_id": evaluation.place_id, "cycle_id": evaluation.cycle_id, "state": workflow.start,
                "created_at": clock.now(),
            },
        )  # fmt: skip
        if not new:
            raise Overtaken
        record("evaluation_scheme.begin", made, {"evaluation": str(evaluation)})
    return made


def save_scheme(
    *, scheme: EvaluationScheme, text: str, steps: Collection[str], person: Person, version: int | None = None
) -> None:
    """写明方案内容和安排的步骤。Overtaken when somebody changed it first."""
    require(may_edit_scheme(person, scheme))
    if odd := sorted(set(steps) - set(STEPS)):
        raise mistaken(f"没有“{'、'.join(odd)}”这一步", where="steps")
    if len(text.strip()) > LONGEST_SCHEME:
        raise mistaken(f"方案最多 {LONGEST_SCHEME} 字", remedy="详细内容可以作为附件上传", where="text")
    with act(person):
        claim(scheme, version=version)
        scheme.text, scheme.steps = text.strip(), [key for key in STEPS if key in steps]
        scheme.save(update_fields=["text", "steps"])
        record("evaluation_scheme.save", scheme, {"text": scheme.text, "steps": scheme.steps})


def argue_scheme(
    *, scheme: EvaluationScheme, people: str, opinion: str, person: Person, version: int | None = None
) -> None:
    """记录论证：谁参加、什么意见。Overtaken when the plan was moved or argued first."""
    require(may_argue_scheme(person, scheme))
    clause, found = clause_in(scheme.cycle, "workflows.evaluation_scheme"), []
    if not people.strip():
        found.append(Refusal("没有写明参加论证的人员", clause, "请填写", "people"))
    if not opinion.strip():
        found.append(Refusal("没有写明论证意见", clause, "请填写；没有修改意见也请注明", "opinion"))
    if found:
        raise Refused(found)
    with act(person):
        claim(scheme, version=version)
        scheme.argued_on, scheme.argued_by, scheme.argument = clock.today(), people.strip()[:200], opinion.strip()[:2000]
        scheme.save(update_fields=["argued_on", "argued_by", "argument"])
        record("evaluation_scheme.argue", scheme, {"people": scheme.argued_by, "opinion": scheme.argument}, clause)


def move_scheme(
    *, scheme: EvaluationScheme, action: str, person: Person, comment: str = "", version: int | None = None
) -> None:
    """提交、退回、批准；批准以前须有论证意见，由拟定人以外的人批准。退回后重新论证。"""
    require(may_move_scheme(person, scheme))
    if action == "submit" and (found := _unwritten(scheme)):
        raise Refused(found)
    with act(person):
        if action == "return":
            scheme.argued_on, scheme.argued_by, scheme.argument = None, "", ""
            scheme.save(update_fields=["argued_on", "argued_by", "argument"])
        advance(
            scheme, workflow=scheme_workflow(scheme), action=action, person=person,
            facts=scheme_facts(scheme), comment=comment, content_hash=scheme_hash(scheme), version=version,
        )  # fmt: skip
        _tell_of_scheme(scheme, action, comment)


def scheme_facts(scheme: EvaluationScheme) -> dict[str, Any]:
    """Gather what the conditions ask about a work plan: its argument, what experts said of it, what a partner did."""
    one, digest = scheme.evaluation, scheme_hash(scheme)
    agreed = Signature.objects.filter(subject=subject_key(scheme), action="agree", content_hash=digest)
    return {
        "policy": rules_at(scheme.cycle),
        "scheme_argument": scheme.argument,
        "expert_opinions": verdicts_on(one, "indicators", digest),
        "partner_agreed": None if one.partner_id is None else agreed.exists(),
        "partner_proposals": list(one.indicator_proposals.filter(answered_at=None).values_list("number", flat=True)),
    }


def _unwritten(scheme: EvaluationScheme) -> list[Refusal]:
    """Return what a plan still lacks: words, and the steps that the rules demand."""
    clause = clause_in(scheme.cycle, "workflows.evaluation_scheme")
    found = [] if scheme.text else [Refusal("工作方案还没有内容", clause, "请写明评价内容、方法、分工和进度", "text")]
    rule = rule_in(scheme.cycle, "evaluation_fieldwork")
    if rule is None:
        return found
    return found + [
        Refusal(f"工作方案没有安排“{one['label']}”", str(rule.clause), "请勾选，并在方案中写明怎样办", f"steps.{one['key']}")
        for one in rule.value
        if one["key"] != "scheme" and one["key"] not in scheme.steps
    ]


def _tell_of_scheme(scheme: EvaluationScheme, action: str, comment: str) -> None:
    one = scheme.evaluation
    judges = (one.organiser or one.evaluator, ordering_role(one.kind))
    table = scheme_workflow(scheme)
    words = {"submit": "评价工作方案待论证和批准", "return": f"评价工作方案被退回：{comment}", "approve": "评价工作方案已批准"}.get(
        action, f"评价工作方案现为“{table.states[scheme.state].label}”"
    )
    if action in {"return", "approve"}:
        told = [(one.evaluator, role) for role in SCORERS]
    else:
        roles = dict.fromkeys(role for step in table.steps if step.from_state == scheme.state for role in step.by)
        told = [judges, *((bureau_of(one.place_id), role) for role in roles if role in BUREAU_ROLES and role != judges[1])]
    if action != "agree":
        tell_partner(one, words)
    link = reverse("evaluation:scheme", args=[scheme.pk])
    for body, role in told:
        notify(organisation=body, role=role, text=f"{one.subject_year.name}：{words}", link=link, about=one)


# --- material asked of the unit


def ask_material(*, evaluation: Evaluation, text: str, person: Person, item: str = "") -> MaterialRequest:
    """向被评价单位调取材料：写明要什么、证明哪一项；期限自次日起按工作日计算，节假日按年度日历。"""
    require(may_ask_material(person, evaluation))
    rule = rule_in(evaluation.cycle, "material_delivery_days")
    if rule is None:
        raise mistaken("本年度固化的制度没有提供材料的期限", remedy="以后开启的年度可以办理，或采用新版制度")
    if not text.strip():
        raise refuse("没有写明调取什么材料", str(rule.clause), "请填写", "text")
    if len(text.strip()) > LONGEST:
        raise mistaken(f"调取的材料最多写 {LONGEST} 字", remedy="请分几次调取", where="text")
    _known_item(evaluation, item)
    today = clock.today()
    with act(person):
        last = Evaluation.objects.select_for_update().get(pk=evaluation.pk).material_requests.aggregate(at=Max("number"))["at"]
        made = MaterialRequest.objects.create(
            evaluation=evaluation, number=(last or 0) + 1, text=text.strip(), item=item, asked_on=today, asked_by=str(person),
            due=working_day_after(evaluation.cycle, today, int(rule.value)), clause=str(rule.clause),
        )  # fmt: skip
        record("material.ask", made, {"text": made.text, "due": str(made.due)}, made.clause)
        for role in ("unit_project", "unit_head"):
            _tell(made, evaluation.subject_year.unit, role, f"评价调取材料，请于 {made.due:%Y-%m-%d} 前提供：{made.text}")
    return made


def receive_request(*, asked: MaterialRequest, person: Person) -> None:
    """被评价单位签收通知。"""
    require(may_receive(person, asked))
    with act(person):
        fill_once(asked, {"received_on": clock.today(), "received_by": str(person)}, "delivered_on", "received_on")
        record("material.receive", asked, {"text": asked.text}, asked.clause)


def add_material(*, asked: MaterialRequest, name: str, content: bytes, person: Person) -> Evidence:
    """Add a file to what was asked for; the unit does so until it says that all is brought."""
    require(may_bring(person, asked))
    return attach(subject=asked, row=asked.text[:80], name=name, content=content, person=person)


def deliver_material(*, asked: MaterialRequest, person: Person, note: str = "") -> None:
    """材料提供完毕：须有文件，或写明怎样提供（如现场查阅原件）；没有签收的视为同时签收。"""
    require(may_bring(person, asked))
    if not note.strip() and not evidence_of(asked).exists():
        raise refuse("没有上传文件，也没有说明怎样提供", asked.clause, "请上传，或写明在哪里查阅", "note")
    told: dict[str, Any] = {"delivered_on": clock.today(), "delivered_by": str(person), "note": note.strip()[:LONGEST]}
    if asked.received_on is None:
        told |= {"received_on": clock.today(), "received_by": str(person)}
    with act(person):
        fill_once(asked, told, "delivered_on")
        record("material.deliver", asked, {"text": asked.text, "note": asked.note}, asked.clause)
        for role in SCORERS:
            _tell(asked, asked.evaluation.evaluator, role, f"调取的材料已提供：{asked.text[:100]}")


def refuse_material(*, asked: MaterialRequest, reason: str, person: Person) -> None:
    """被评价单位写明理由不提供；制度不许拒绝的，列为问责线索，由人判断。以后仍可以提供。"""
    require(may_refuse(person, asked))
    if not reason.strip():
        raise refuse("不提供材料须写明理由", asked.clause, "请填写", "reason")
    told = {"refused_on": clock.today(), "refused_by": str(person), "refusal": reason.strip()[:LONGEST]}
    with act(person):
        fill_once(asked, told, "delivered_on", "refused_on")
        record("material.refuse", asked, {"text": asked.text, "reason": asked.refusal}, asked.clause)
        one = asked.evaluation
        role = ordering_role(one.kind)
        _tell(asked, one.organiser or one.evaluator, role, f"被评价单位不提供材料：{asked.refusal[:100]}")


def _tell(asked: MaterialRequest, body: Organisation, role: str, text: str) -> None:
    name = asked.evaluation.subject_year.name
    notify(
        organisation=body, role=role, text=f"{name}：{text}", link=reverse("evaluation:material", args=[asked.pk]), about=asked.evaluation
    )


# --- what was seen, asked and judged


@dataclass(frozen=True)
class RecordData:
    """One record: its kind, the day, where (or who was asked), by whom, what was found, the item that it proves.

    Questionnaires also say how many were sent, came back and were satisfied.
    """

    kind: str
    made_on: date
    text: str
    venue: str = ""
    people: str = ""
    item: str = ""
    sent: int | None = None
    returned: int | None = None
    satisfied: int | None = None


def add_record(*, evaluation: Evaluation, told: RecordData, person: Person) -> FieldRecord:
    """登记一次现场考察、一份问卷的结果、一次专家评价；记下的不改，错的作废重记。Refused with every fault."""
    require(may_record(person, evaluation))
    _known_item(evaluation, told.item)
    if found := _faults(evaluation, told):
        raise Refused(found)
    counted = (told.sent, told.returned, told.satisfied) if told.kind == "survey" else (None, None, None)
    with act(person):
        made = FieldRecord.objects.create(
            evaluation=evaluation, kind=told.kind, made_on=told.made_on, venue=told.venue.strip(), people=told.people.strip(),
            text=told.text.strip(), item=told.item, sent=counted[0], returned=counted[1], satisfied=counted[2],
            recorded_by=str(person), recorded_at=clock.now(),
        )  # fmt: skip
        words = {"kind": made.get_kind_display(), "day": str(made.made_on), "text": made.text}
        record("fieldwork.record", made, words, clause_in(evaluation.cycle, "workflows.evaluation"))
    return made


def _faults(evaluation: Evaluation, told: RecordData) -> list[Refusal]:
    clause = clause_in(evaluation.cycle, "workflows.evaluation")
    rule = rule_in(evaluation.cycle, "evaluation_fieldwork")
    if rule is not None:
        clause = str(rule.clause)
    found = []
    if told.kind not in dict(FieldRecord.KINDS):
        found.append(mistake("请选择类别：现场考察、问卷调查或专家评价", where="kind"))
    if told.made_on > clock.today():
        found.append(Refusal(f"日期 {told.made_on} 还没有到", clause, "请填写实际办理的日期", "made_on"))
    if not told.text.strip():
        found.append(Refusal("没有写明情况和结论", clause, "请写明看到什么、得出什么", "text"))
    if told.kind == "visit" and not told.venue.strip():
        found.append(Refusal("现场考察没有写明地点", clause, "请填写", "venue"))
    if told.kind in {"visit", "expert"} and not told.people.strip():
        found.append(Refusal("没有写明参加人员", clause, "请填写", "people"))
    for value, most, name in ((told.venue, 200, "地点或对象"), (told.people, 200, "人员"), (told.text, LONGEST_RECORD, "情况和结论")):
        if len(value.strip()) > most:
            found.append(mistake(f"{name}最多 {most} 字", where="text"))
    return found + (_miscounted(told, clause) if told.kind == "survey" else [])


def _miscounted(told: RecordData, clause: str) -> list[Refusal]:
    sent, returned, satisfied = told.sent, told.returned, told.satisfied
    if sent is None or returned is None or satisfied is None or sent < 1:
        return [Refusal("问卷须写明发放、收回和满意的份数", clause, "请填写", "sent")]
    if not 0 <= satisfied <= returned <= sent:
        words = f"发放 {sent} 份、收回 {returned} 份、满意 {satisfied} 份，前后不符"
        return [Refusal(words, clause, "收回不多于发放，满意不多于收回", "returned")]
    return []


def attach_record(*, row: FieldRecord, name: str, content: bytes, person: Person) -> Evidence:
    """Add a photograph, a record sheet, a filled questionnaire to a record."""
    require(may_change_record(person, row))
    return attach(subject=row, row=str(row)[:80], name=name, content=content, person=person)


def strike_record(*, row: FieldRecord, reason: str, person: Person) -> None:
    """作废一条记错的记录：原文留着，不再作数。"""
    require(may_change_record(person, row))
    clause = clause_in(row.evaluation.cycle, "workflows.evaluation")
    if not reason.strip():
        raise refuse("作废须写明理由", clause, "请填写", "reason")
    told: dict[str, Any] = {"struck_at": clock.now(), "struck_by": str(person), "struck_reason": reason.strip()[:300]}
    with act(person):
        fill_once(row, told, "struck_at")
        record("fieldwork.strike", row, {"text": row.text, "reason": row.struck_reason}, clause)


def _known_item(evaluation: Evaluation, item: str) -> None:
    if item and item not in item_labels(evaluation):
        raise mistaken("评分表中没有这项指标", remedy="请在清单中选择", where="item")
