"""The writes of the stage: opening checkpoints, filling, moving, following up."""

from jiheng.stages.monitoring.queries import checkpoints_of
from jiheng.stages.monitoring.services.checkpoints import (
    open_checkpoint,
    open_due_checkpoints,
    urge_units,
)
from jiheng.stages.monitoring.services.escalation import escalate_overdue
from jiheng.stages.monitoring.services.filling import (
    MeasureData,
    ReadingData,
    find_deviations,
    refresh_money,
    save_readings,
)
from jiheng.stages.monitoring.services.moving import (
    BulkOutcome,
    close_report,
    confirm_report,
    follow_up,
    move_many,
    move_report,
    pass_report,
    return_report,
    submit_report,
    withdraw_report,
)

__all__ = [
    "BulkOutcome", "MeasureData", "ReadingData", "checkpoints_of", "close_report", "confirm_report", "escalate_overdue",
    "find_deviations", "follow_up", "move_many", "move_report", "open_checkpoint", "open_due_checkpoints",
    "pass_report", "refresh_money", "return_report", "save_readings", "submit_report", "urge_units", "withdraw_report",
]  # fmt: skip
