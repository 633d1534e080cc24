"""What of appraisals the chain seals: who changes it past the system is named."""

from jiheng.foundation.audit.sealing import Kind, Part
from jiheng.registers.cycles.proving import case_of_year
from jiheng.stages.appraisal.models import (
    Appraisal,
    AppraisalCondition,
    AppraisalLine,
    ExpertPanel,
    JointReview,
    JointSignature,
    JointWord,
    PanelNote,
    PanelSeat,
    PanelSheet,
    RadarDecision,
)

KINDS = (
    case_of_year(
        Appraisal,
        "事前评估",
        "appraisal",
        (
            Part("lines", "评估得分", AppraisalLine, ("appraisal_id",)),
            Part("conditions", "须完善事项", AppraisalCondition, ("appraisal_id",)),
        ),
    ),
    Kind(ExpertPanel, "专家评分"),
    Kind(PanelSeat, "评分专家", place="panel__place"),
    Kind(PanelSheet, "专家评分表", place="seat__panel__place"),
    Kind(PanelNote, "专家讨论", place="panel__place"),
    Kind(JointReview, "会审"),
    Kind(JointWord, "会审发言", place="review__place"),
    Kind(JointSignature, "会审签字", place="review__place"),
    Kind(RadarDecision, "重复项目的判断", place="hit__place"),
)
