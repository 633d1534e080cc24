"""Results of evaluations that are given back to the units, and signed for."""

from typing import Annotated

from pydantic import Field

from jiheng.channels.api.endpoint import Area
from jiheng.channels.api.shapes import Shape
from jiheng.channels.api.v1.kinds import LongText
from jiheng.foundation.accounts.person import Person
from jiheng.stages.evaluation.access import visible_evaluations
from jiheng.stages.evaluation.models import Evaluation
from jiheng.stages.results.feedback.access import (
    may_give,
    may_receive_feedback,
    may_see_feedbacks,
    may_see_given,
    visible_feedbacks,
)
from jiheng.stages.results.feedback.pages import FEEDBACKS
from jiheng.stages.results.feedback.services import give_feedback, receive_feedback
from jiheng.stages.results.models import Feedback

AREA = Area("results")
FEEDBACK = Shape(Feedback)

AREA.listing(
    "feedbacks", FEEDBACKS, summary="反馈的评价结果", may=may_see_feedbacks, rows=visible_feedbacks, page="results:feedbacks"
)
AREA.reading(
    "feedbacks/{pk}", FEEDBACK, summary="一件评价结果反馈", record=visible_feedbacks, may=may_see_given,
    page=("results:feedback", "results:feedback_file"),
)  # fmt: skip


@AREA.act(
    "evaluations/{pk}/feedback", summary="反馈评价结果", record=visible_evaluations, may=may_give, page="results:feedback_give",
    answer=FEEDBACK,
)  # fmt: skip
def give(
    person: Person,
    evaluation: Evaluation,
    *,
    analysis: Annotated[LongText, Field(min_length=1, description="归纳分析")],
    advice: Annotated[LongText, Field(min_length=1, description="改进建议")],
) -> Feedback:
    """整理、归纳、分析评价结果，反馈被评价单位；逾期的记为逾期。"""
    return give_feedback(evaluation=evaluation, analysis=analysis, advice=advice, person=person)


@AREA.act(
    "feedbacks/{pk}/receive", summary="签收评价结果反馈", record=visible_feedbacks, may=may_receive_feedback,
    page="results:feedback_receive", answer=FEEDBACK,
)  # fmt: skip
def receive(
    person: Person, feedback: Feedback, *, reply: Annotated[str, Field(max_length=1000, description="签收意见")] = ""
) -> Feedback:
    """被评价单位签收。"""
    receive_feedback(feedback=feedback, reply=reply, person=person)
    return feedback
