"""What of assessments the chain seals: who changes it past the system is named."""

from jiheng.foundation.audit.sealing import Kind, Part
from jiheng.stages.assessment.models import Assessment, AssessmentLine, OutsideFact, Recognition

KINDS = (
    Kind(Assessment, "考核", (Part("lines", "考核得分", AssessmentLine, ("assessment_id",)),)),
    Kind(OutsideFact, "外部事实"),
    Kind(Recognition, "考核结果的运用"),
)
