"""The writes of the stage: drafting, moving, reviewing."""

from jiheng.stages.goals.services.disputing import answer_dispute, dispute_finding
from jiheng.stages.goals.services.drafting import (
    RowData,
    TaskData,
    adjust_goal,
    drop_adjustment,
    save_content,
    save_money,
    start_goal,
)
from jiheng.stages.goals.services.moving import (
    BulkOutcome,
    approve_department,
    approve_goal,
    move_goal,
    move_many,
    pass_division,
    pass_performance,
    return_goal,
    submit_goal,
    withdraw_goal,
)
from jiheng.stages.goals.services.releasing import refusals_by_year, release_refusals
from jiheng.stages.goals.services.reviewing import review_goal
from jiheng.stages.goals.services.undoing import undo_bulk

__all__ = [
    "BulkOutcome",
    "RowData",
    "TaskData",
    "adjust_goal",
    "answer_dispute",
    "approve_department",
    "approve_goal",
    "dispute_finding",
    "drop_adjustment",
    "move_goal",
    "move_many",
    "pass_division",
    "pass_performance",
    "refusals_by_year",
    "release_refusals",
    "return_goal",
    "review_goal",
    "save_content",
    "save_money",
    "start_goal",
    "submit_goal",
    "undo_bulk",
    "withdraw_goal",
]
