"""Ex-ante appraisal: list, record, scores of both sides, texts, materials, conclusion, conditions, the library's gate."""

from typing import Annotated, Any

from django.db.models import QuerySet
from pydantic import BaseModel, Field

from jiheng.channels.api.endpoint import Area, Id, in_rows
from jiheng.channels.api.problem import Reason as Told
from jiheng.channels.api.problem import Stop
from jiheng.channels.api.shapes import Shape
from jiheng.channels.api.v1.kinds import (
    Action,
    Comment,
    Day,
    Fen,
    Ids,
    Key,
    LongText,
    Name,
    Paper,
    Points,
    Strict,
    papers,
    state_label,
    steps,
)
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.audit.services import act
from jiheng.foundation.refused import Refused, mistaken, refuse
from jiheng.registers.cycles.clauses import clause_in
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.subjects.models import SubjectYear
from jiheng.rules.refusal import Refusal
from jiheng.stages.appraisal.access import (
    actions_of,
    may_act,
    may_conclude,
    may_enter_library,
    may_score,
    may_see_appraisals,
    may_see_gate,
    may_tell_of_condition,
    may_write_sections,
    visible_appraisals,
)
from jiheng.stages.appraisal.models import Appraisal, AppraisalCondition, AppraisalLine
from jiheng.stages.appraisal.pages import APPRAISALS, may_enter_many, may_start_here, state_of, visible_years
from jiheng.stages.appraisal.queries import appraisal_required, gate_refusals
from jiheng.stages.appraisal.services import (
    MOVES,
    ConditionData,
    answer_condition,
    attach_material,
    conclude_appraisal,
    enter_library,
    meet_condition,
    save_bureau_lines,
    save_department_lines,
    save_sections,
    start_appraisal,
)

AREA = Area("appraisal")
LINE = Shape(AppraisalLine, without=("appraisal",))
CONDITION = Shape(AppraisalCondition, without=("appraisal",))
APPRAISAL = Shape(
    Appraisal,
    rows={"lines": LINE, "conditions": CONDITION},
    more={
        "state_label": state_label(lambda one: state_of(one)[0]),
        "actions": steps(lambda person, one: actions_of(one, person)),
        "files": papers(),
    },
)


def rows(person: Person, cycle: Cycle | None) -> QuerySet[Appraisal]:
    """Return the appraisals of a budget year."""
    found = visible_appraisals(person)
    return found.filter(cycle=cycle) if cycle else found


AREA.listing(
    "appraisals", APPRAISALS, summary="事前绩效评估清单", may=may_see_appraisals, rows=rows, page="appraisal:list",
    cycle=True, names={"theirs": "department_total", "ours": "bureau_total", "day": "concluded_on"},
)  # fmt: skip
AREA.reading(
    "appraisals/{pk}", APPRAISAL, summary="一份事前绩效评估", record=visible_appraisals, may=may_see_appraisals,
    page="appraisal:detail",
)  # fmt: skip


class Gate(BaseModel):
    """What keeps a project from the library."""

    library_state: str = Field(description="入库状态")
    required: bool = Field(description="制度要求事前绩效评估")
    reason: str = Field(description="要求或不要求的缘由")
    clause: str = Field(description="依据")
    refusals: list[Told] = Field(description="还不能入库的理由")


@AREA.telling(
    "subject-years/{pk}/gate", summary="入库条件", record=visible_years, may=may_see_gate, page="appraisal:gate"
)
def gate(_: Person, year: SubjectYear) -> Gate:
    """项目入库还缺什么，逐条写明依据。"""
    trigger = appraisal_required(year)
    found = gate_refusals(year) if year.library_state == "proposed" else []
    return Gate(
        library_state=year.library_state,
        required=trigger.required,
        reason=trigger.reason,
        clause=trigger.clause,
        refusals=[Told(message=r.message, clause=r.clause, remedy=r.remedy, where=r.where) for r in found],
    )


@AREA.act(
    "subject-years/{pk}/appraisal", summary="发起事前绩效评估", record=visible_years, may=may_start_here,
    page="appraisal:start", answer=APPRAISAL,
)  # fmt: skip
def start(
    person: Person,
    year: SubjectYear,
    *,
    ground: Annotated[str, Field(max_length=200, description="制度不要求评估时的理由")] = "",
) -> Appraisal:
    """发起项目的事前绩效评估。"""
    return start_appraisal(year=year, person=person, ground=ground)


@AREA.act(
    "subject-years/{pk}/enter", summary="办理入库", record=visible_years, may=may_enter_library, page="appraisal:enter"
)
def enter(person: Person, year: SubjectYear) -> None:
    """不符合规定的不办，写明依据。"""
    enter_library(year=year, person=person)


@AREA.act("appraisals/enter", summary="批量办理入库", may=may_enter_many, page="appraisal:enter_many")
def enter_all(person: Person, *, ids: Ids) -> None:
    """有一项不符合规定的，全部不办。"""
    found: list[Refusal] = []
    with act(person):
        for one in in_rows(visible_appraisals(person), ids, "ids"):
            try:
                enter_library(year=one.subject_year, person=person)
            except Refused as refused:
                name = one.subject_year.name
                found += [Refusal(each.message, each.clause, each.remedy, name) for each in refused.refusals]
        if found:
            raise Refused(found)


@AREA.act(
    "appraisals/{pk}/act", summary="办理一步", record=visible_appraisals, may=may_act, page="appraisal:act",
    answer=APPRAISAL,
)  # fmt: skip
def move(person: Person, appraisal: Appraisal, *, action: Action, comment: Comment = "", version: int) -> Appraisal:
    """提交、转送、退回、撤回；作出结论另有地址。"""
    if action not in MOVES:
        raise mistaken("没有这一步", remedy="可用的动作见记录的 actions", where="action")
    if not actions_of(appraisal, person):
        raise refuse(
            "这份评估现在不由您办理",
            clause_in(appraisal.cycle, "workflows.appraisal"),
            remedy="请读取最新状态",
        )
    MOVES[action](appraisal=appraisal, person=person, comment=comment, version=version)
    return appraisal


class ScoredItem(Strict):
    """One item scored."""

    item: str = Field(max_length=60, description="评估要点")
    points: Points
    missing_fact: str = Field("", max_length=300, description="扣分所缺的事实")


@AREA.act(
    "appraisals/{pk}/score", summary="评分", record=visible_appraisals, may=may_score, page="appraisal:score",
    answer=APPRAISAL,
)  # fmt: skip
def score(
    person: Person,
    appraisal: Appraisal,
    *,
    lines: Annotated[list[ScoredItem], Field(max_length=100, description="逐项")],
    vetoes: Annotated[list[Key], Field(max_length=20, description="否决事项（财政评估）")] = [],  # noqa: B006
    version: int,
) -> Appraisal:
    """部门或财政按评分表逐项评分，扣分写明所缺事实。"""
    given: dict[str, Any] = {
        "points": {one.item: one.points for one in lines},
        "missing": {one.item: one.missing_fact for one in lines},
        "version": version,
    }
    if person.is_bureau:
        save_bureau_lines(appraisal=appraisal, person=person, vetoes=vetoes, **given)
    else:
        save_department_lines(appraisal=appraisal, person=person, **given)
    return appraisal


@AREA.act(
    "appraisals/{pk}/sections", summary="填写评估说明", record=visible_appraisals, may=may_write_sections,
    page="appraisal:sections", answer=APPRAISAL,
)  # fmt: skip
def write_sections(
    person: Person,
    appraisal: Appraisal,
    *,
    sections: Annotated[dict[Key, LongText], Field(max_length=40, description="提纲的键和文字")],
    version: int,
) -> Appraisal:
    """按提纲填写评估报告的各部分；没有写到的部分不变。"""
    save_sections(appraisal=appraisal, sections=sections, person=person, version=version)
    return appraisal


@AREA.act(
    "appraisals/{pk}/files", summary="上传评估材料", record=visible_appraisals, may=may_write_sections,
    page="appraisal:attach", upload=True,
)  # fmt: skip
def add_material(
    person: Person,
    appraisal: Appraisal,
    *,
    name: Name,
    material: Annotated[str, Field(max_length=60, description="材料清单中的键")],
    content: bytes,
) -> Paper:
    """上传材料清单中的一份材料：请求的内容就是文件本身。"""
    made = attach_material(appraisal=appraisal, material=material, name=name, content=content, person=person)
    return Paper(id=made.pk, name=made.name, row=made.row, size=made.file.size)


class ConditionRow(Strict):
    """What must be put right, and until when."""

    text: str = Field(max_length=300, description="须完善事项")
    due: Day


@AREA.act(
    "appraisals/{pk}/conclude", summary="作出评估结论", record=visible_appraisals, may=may_conclude,
    page="appraisal:conclude", answer=APPRAISAL,
)  # fmt: skip
def conclude(
    person: Person,
    appraisal: Appraisal,
    *,
    conclusion: Annotated[
        str, Field(pattern="^(supported|supported_after_revision|not_supported)$", description="结论")
    ],
    agreed_fen: Annotated[Fen, Field(description="建议安排金额，单位：分")],
    reason: Comment,
    conditions: Annotated[list[ConditionRow], Field(max_length=50, description="须完善事项")] = [],  # noqa: B006
    version: int,
) -> Appraisal:
    """予以支持、调整完善后予以支持、不予支持：写明金额和理由。"""
    conclude_appraisal(
        appraisal=appraisal,
        conclusion=conclusion,
        agreed_fen=agreed_fen,
        reason=reason,
        conditions=[ConditionData(one.text, one.due) for one in conditions],
        person=person,
        version=version,
    )
    return appraisal


def _condition(appraisal: Appraisal, pk: int) -> AppraisalCondition:
    found = appraisal.conditions.filter(pk=pk).first()
    if found is None:
        raise Stop(404, "没有这一条须完善事项。")
    return found


@AREA.act(
    "appraisals/{pk}/answer-condition", summary="登记须完善事项的完成情况", record=visible_appraisals,
    may=may_tell_of_condition, page="appraisal:condition", answer=APPRAISAL,
)  # fmt: skip
def answer(
    person: Person,
    appraisal: Appraisal,
    *,
    condition_id: Id,
    proof: Annotated[str, Field(max_length=300, description="完成情况")],
) -> Appraisal:
    """单位登记完成情况，等待财政局确认。"""
    answer_condition(condition=_condition(appraisal, condition_id), proof=proof, person=person)
    return appraisal


@AREA.act(
    "appraisals/{pk}/meet-condition", summary="确认须完善事项完成", record=visible_appraisals,
    may=may_tell_of_condition, page="appraisal:condition", answer=APPRAISAL,
)  # fmt: skip
def meet(
    person: Person,
    appraisal: Appraisal,
    *,
    condition_id: Id,
    proof: Annotated[str, Field(max_length=300, description="完成说明；不写取单位登记的")] = "",
) -> Appraisal:
    """财政局确认完成。"""
    meet_condition(condition=_condition(appraisal, condition_id), proof=proof, person=person)
    return appraisal
