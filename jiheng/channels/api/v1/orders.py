"""Evaluations by department and bureau: candidates, order, scores, report, the unit's comments, steps."""

from typing import Annotated

from django.db.models import QuerySet
from pydantic import Field

from jiheng.channels.api.endpoint import Area, Id, Year, in_rows
from jiheng.channels.api.problem import Stop
from jiheng.channels.api.shapes import Shape
from jiheng.channels.api.v1.kinds import (
    Action,
    Comment,
    Day,
    Fen,
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
from jiheng.foundation import clock
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.refused import mistaken
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.subjects.models import SubjectYear
from jiheng.rules.refusal import mistake
from jiheng.stages.evaluation.access import (
    evaluation_steps,
    may_answer,
    may_attach,
    may_move_evaluation,
    may_recheck_evaluation,
    may_respond,
    may_score,
    may_see_evaluations,
    may_start_evaluation,
    visible_evaluations,
    visible_years,
)
from jiheng.stages.evaluation.models import Comment as UnitComment
from jiheng.stages.evaluation.models import Evaluation, EvaluationVersion, Finding, ScoreLine
from jiheng.stages.evaluation.pages import CANDIDATES, EVALUATIONS
from jiheng.stages.evaluation.pages import state_label as label_of
from jiheng.stages.evaluation.queries import candidates, evaluation_rows, evaluators_for
from jiheng.stages.evaluation.services.evaluations import (
    NO_COMMENT,
    AnswerData,
    EvaluationOrder,
    FindingData,
    answer_comments,
    attach_paper,
    move_evaluation,
    respond,
    save_report,
    save_scores,
    start_evaluation,
)
from jiheng.stages.evaluation.services.rechecks import recheck_evaluation

AREA = Area("evaluation")
OUTSIDE = frozenset({"agency", "expert"})
EVALUATION = Shape(
    Evaluation,
    rows={
        "lines": Shape(ScoreLine, without=("evaluation",)),
        "findings": Shape(Finding, without=("evaluation",), title="EvaluationFinding"),
        "comments": Shape(UnitComment, without=("evaluation",), title="UnitComment"),
        "versions": Shape(EvaluationVersion, without=("evaluation",)),
    },
    more={"state_label": state_label(label_of), "actions": steps(evaluation_steps), "files": papers()},
)


def rows(person: Person, cycle: Cycle | None) -> QuerySet[Evaluation]:
    """Return the evaluations of a budget year; outside evaluators see all that was given to them."""
    return evaluation_rows(person, None if person.role in OUTSIDE else cycle)


AREA.listing(
    "evaluations", EVALUATIONS, summary="绩效评价清单", may=may_see_evaluations, rows=rows,
    page="evaluation:evaluations", cycle=True,
)  # fmt: skip
AREA.listing(
    "evaluation-candidates", CANDIDATES, summary="可以评价的对象", may=may_start_evaluation, rows=candidates,
    page="evaluation:choose", cycle=True, names={"own": "own_total"},
)  # fmt: skip
AREA.reading(
    "evaluations/{pk}", EVALUATION, summary="一份绩效评价", record=visible_evaluations, may=may_see_evaluations,
    page="evaluation:detail",
)  # fmt: skip


@AREA.act(
    "subject-years/{pk}/evaluation", summary="安排评价", record=visible_years, may=may_start_evaluation,
    page="evaluation:order", answer=EVALUATION,
)  # fmt: skip
def order(
    person: Person,
    year: SubjectYear,
    *,
    kind: Annotated[str, Field(pattern="^(department|fiscal|in_process)$", description="评价类型")],
    scorecard: Annotated[str, Field(max_length=60, description="评分表的键，如 project_evaluation")],
    amount_fen: Annotated[Fen, Field(description="涉及金额，单位：分")],
    evaluator_id: Annotated[Id, Field(description="评价机构（单位）编号")],
    due: Annotated[Day, Field(description="完成期限")],
    span: Annotated[
        str, Field(pattern="^(|stage|overall|policy)$", description="跨年度评价：stage 阶段性，overall 总体，policy 政策；不跨年度的不写")
    ] = "",
    first_year: Annotated[Year | None, Field(description="跨年度评价从哪一年起，评到本年度；涉及金额由系统按各年度合计")] = None,
) -> Evaluation:
    """选定评价类型、评分表和评价机构，写明期限；跨年度项目可以连同以前年度一起评价。"""
    bodies = {one.pk: one for one in evaluators_for(year, person, clock.today())}
    if evaluator_id not in bodies:
        words = "这个单位不能承担本次评价"
        raise Stop(422, words, [mistake(words, "请从评价机构中选择", "evaluator_id")])
    if person.role == "department_reviewer" and kind != "department":
        raise mistaken("主管部门只安排部门评价", where="kind")
    wanted = EvaluationOrder(year, kind, scorecard, amount_fen, bodies[evaluator_id], due, span, first_year)
    return start_evaluation(order=wanted, person=person)


@AREA.act(
    "evaluations/{pk}/act", summary="办理一步", record=visible_evaluations, may=may_move_evaluation,
    page="evaluation:act", answer=EVALUATION,
)  # fmt: skip
def move(person: Person, record: Evaluation, *, action: Action, comment: Comment = "", version: int) -> Evaluation:
    """报送、退回、征求意见、修改、确认：动作以制度的流程表为准。"""
    move_evaluation(evaluation=record, person=person, action=action, comment=comment, version=version)
    return record


class EvaluatedItem(Strict):
    """One item scored."""

    item: str = Field(max_length=60, description="指标")
    points: Points
    reason: str = Field("", max_length=500, description="扣分原因和依据")


@AREA.act(
    "evaluations/{pk}/score", summary="评价评分", record=visible_evaluations, may=may_score,
    page=("evaluation:score", "evaluation:score_autosave"), answer=EVALUATION,
)  # fmt: skip
def score(
    person: Person,
    record: Evaluation,
    *,
    lines: Annotated[list[EvaluatedItem], Field(max_length=200, description="逐项")],
) -> Evaluation:
    """按评分表逐项评分，扣分写明原因和依据。"""
    save_scores(
        evaluation=record,
        points={one.item: one.points for one in lines},
        reasons={one.item: one.reason for one in lines},
        person=person,
    )
    return record


@AREA.act(
    "evaluations/{pk}/recheck", summary="抽查复核部门评价", record=visible_evaluations, may=may_recheck_evaluation,
    page="evaluation:department_recheck", answer=EVALUATION,
)  # fmt: skip
def recheck(
    person: Person,
    record: Evaluation,
    *,
    lines: Annotated[list[EvaluatedItem], Field(max_length=200, description="逐项，全部指标")],
    opinion: Annotated[str, Field(min_length=1, max_length=1000, description="复核意见")],
) -> Evaluation:
    """抽中的部门评价逐项复核；结果形成新的一版，原来的一版保留。已据以作出预算处理决定的不再复核。"""
    recheck_evaluation(
        evaluation=record,
        points={one.item: one.points for one in lines},
        reasons={one.item: one.reason for one in lines},
        opinion=opinion,
        person=person,
    )
    return record


class FindingRow(Strict):
    """One problem found."""

    category: str = Field(pattern="^(goal|money|management|output|outcome)$", description="类别")
    text: str = Field(max_length=500, description="问题")
    advice: str = Field(max_length=500, description="整改建议")
    amount_fen: Fen = Field(0, description="涉及金额，单位：分")


@AREA.act(
    "evaluations/{pk}/report", summary="撰写评价报告", record=visible_evaluations, may=may_score,
    page=("evaluation:report", "evaluation:report_autosave"), answer=EVALUATION,
)  # fmt: skip
def write_report(
    person: Person,
    record: Evaluation,
    *,
    sections: Annotated[dict[Key, LongText], Field(max_length=40, description="提纲的键和文字")],
    findings: Annotated[list[FindingRow], Field(max_length=100, description="发现的问题，全部")],
) -> Evaluation:
    """按提纲撰写报告，逐条列出问题和建议。"""
    save_report(
        evaluation=record,
        sections=sections,
        findings=[FindingData(one.category, one.text, one.advice, one.amount_fen) for one in findings],
        person=person,
    )
    return record


@AREA.act(
    "evaluations/{pk}/respond", summary="答复评价报告", record=visible_evaluations, may=may_respond,
    page="evaluation:respond", answer=EVALUATION,
)  # fmt: skip
def reply(
    person: Person,
    record: Evaluation,
    *,
    comments: Annotated[
        list[Annotated[str, Field(max_length=1000)]], Field(max_length=50, description="意见，逐条；没有意见即为空")
    ],
    version: int,
) -> Evaluation:
    """被评价单位逐条提出意见，或表示没有意见。"""
    told = [one for one in comments if one.strip()]
    respond(
        evaluation=record,
        reply="" if told else NO_COMMENT,
        comments=told,
        person=person,
        version=version,
    )
    return record


class CommentAnswer(Strict):
    """What is done with one comment."""

    id: Id = Field(description="意见编号")
    verdict: str = Field(pattern="^(adopted|partly|declined)$", description="处理：采纳、部分采纳、不采纳")
    answer: str = Field(max_length=1000, description="答复")


@AREA.act(
    "evaluations/{pk}/answers", summary="答复单位意见", record=visible_evaluations, may=may_answer,
    page="evaluation:answers", answer=EVALUATION,
)  # fmt: skip
def answer(
    person: Person,
    record: Evaluation,
    *,
    answers: Annotated[list[CommentAnswer], Field(max_length=50, description="逐条")],
) -> Evaluation:
    """对单位的意见逐条说明是否采纳和理由。"""
    known = in_rows(record.comments.filter(round=record.round), [one.id for one in answers], "answers")
    told = {one.id: AnswerData(one.verdict, one.answer) for one in answers}
    answer_comments(evaluation=record, answers={one.pk: told[one.pk] for one in known}, person=person)
    return record


@AREA.act(
    "evaluations/{pk}/files", summary="上传工作底稿", record=visible_evaluations, may=may_attach,
    page="evaluation:attach", upload=True,
)  # fmt: skip
def add_file(person: Person, record: Evaluation, *, name: Name, content: bytes) -> Paper:
    """上传一份底稿或佐证：请求的内容就是文件本身。"""
    made = attach_paper(evaluation=record, row="", name=name, content=content, person=person)
    return Paper(id=made.pk, name=made.name, row=made.row, size=made.file.size)
