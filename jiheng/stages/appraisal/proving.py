"""What of appraisals the chain seals: who changes it past the system is named."""

from jiheng.foundation.audit.sealing import Kind, Part
from jiheng.registers.cycles.proving import case_of_year
from jiheng.stages.appraisal.models import Appraisal, AppraisalCondition, AppraisalLine, RadarDecision

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
    Kind(RadarDecision, "重复项目的判断", place="hit__place"),
)
