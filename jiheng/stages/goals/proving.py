"""What of goals the chain seals: who changes it past the system is named."""

from jiheng.foundation.audit.sealing import Kind, Part
from jiheng.registers.cycles.proving import case_of_year
from jiheng.registers.subjects.models import SubjectYear
from jiheng.stages.goals.access import workflow_of
from jiheng.stages.goals.models import (
    AgreedMoney,
    ApprovalDocument,
    BoundPart,
    BulkMove,
    ExpressCheck,
    ExpressRelease,
    FindingDispute,
    Goal,
    GoalBinding,
    GoalDuty,
    GoalIndicator,
    GoalReview,
    GoalReward,
    GoalTask,
    KeyReview,
    PolicyLink,
    PolicyRow,
    ReviewSession,
    RowReturn,
    SessionItem,
    SessionMinute,
    SessionParty,
    SubmittedFindings,
    SubmittedVersion,
    TransferAnswer,
    TransferReceipt,
    TransferShare,
    TransferSplit,
)

VERSION = ("subject_year_id", "revision")
"""What names one version of a project's goal: some records hang on it and not on the goal's own row."""

KINDS = (
    case_of_year(
        Goal,
        "绩效目标",
        workflow_of,
        (
            Part("indicators", "绩效指标", GoalIndicator, ("goal_id",)),
            Part("tasks", "任务", GoalTask, ("goal_id",)),
            Part("reviews", "审核评分", GoalReview, ("goal_id",)),
            Part("row_returns", "指标的退回", RowReturn, VERSION, VERSION),
            Part("disputes", "申辩", FindingDispute, VERSION, VERSION),
            Part("findings", "提交时的检查", SubmittedFindings, VERSION, VERSION),
            Part("agreed", "核定资金", AgreedMoney, VERSION, VERSION),
            Part("submitted", "报送的版本", SubmittedVersion, VERSION, VERSION),
        ),
        open_in=("draft",),
        leave=("content_version", "money_version", "content_page", "money_page"),
    ),
    case_of_year(
        ReviewSession,
        "面对面会审",
        "review_session",
        (
            Part("items", "会审事项", SessionItem, ("session_id",)),
            Part("parties", "到会人员", SessionParty, ("session_id",)),
            Part("minutes", "会审记录", SessionMinute, ("session_id",)),
        ),
    ),
    Kind(KeyReview, "重点审核"),
    Kind(GoalReward, "机动金"),
    Kind(ApprovalDocument, "目标批复", place="cycle__place"),
    Kind(BulkMove, "成批办理", place="cycle__place"),
    Kind(ExpressRelease, "先行下达"),
    Kind(ExpressCheck, "先行下达的事后核查", place="release__place"),
    Kind(
        TransferSplit,
        "转移支付分解",
        (Part("shares", "各份", TransferShare, ("split_id",)),),
        place="subject_year__place",
    ),
    Kind(TransferReceipt, "转移支付承接", place="subject_year__place"),
    Kind(TransferAnswer, "转移支付答复", place="receipt__subject_year__place"),
)

PARTS = {
    SubjectYear._meta.label_lower: (
        Part("goal_duties", "指标和任务对应的职责", GoalDuty, ("subject_year_id",)),
        Part("goal_bindings", "由项目汇总的指标和任务", GoalBinding, ("subject_year_id",)),
        Part("bound_parts", "汇总自哪些项目", BoundPart, ("binding__subject_year_id",)),
        Part("policy", "所属政策", PolicyLink, ("subject_year_id",)),
        Part("policy_rows", "承担的政策指标", PolicyRow, ("link__subject_year_id",)),
    ),
}
"""What goes on to later versions of a goal hangs on the project and its year, and is held against the chain with it."""
