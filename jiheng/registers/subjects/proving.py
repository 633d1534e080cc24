"""What of projects the chain seals: who changes it past the system is named."""

from jiheng.foundation.audit.sealing import Kind, Part
from jiheng.foundation.files.proving import ATTACHED
from jiheng.registers.subjects.models import ContentChange, Passage, Standing, Subject, SubjectYear, Warrant

KINDS = (
    Kind(
        SubjectYear,
        "项目",
        (
            Part("subject", "项目代码", Subject, ("id",), ("subject_id",)),
            Part("content_changes", "内容修改", ContentChange, ("subject_year_id",)),
            Part("passages", "单位变动中的划转", Passage, ("subject_year_id",)),
        ),
    ),
    Kind(Warrant, "依据", ATTACHED, place="subject_year__place"),
    Kind(Standing, "结果对以后年度的影响", place="subject__place"),
)
