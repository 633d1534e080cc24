"""What of duties the chain seals, and which money serves them: who changes it past the system is named."""

from jiheng.foundation.audit.sealing import Kind, Part
from jiheng.registers.duties.models import Duty, DutyShare, MainWork
from jiheng.registers.subjects.models import SubjectYear

KINDS = (Kind(Duty, "职责", place="organisation__place"), Kind(MainWork, "年度重点工作", place="cycle__place"))
PARTS = {SubjectYear._meta.label_lower: (Part("duty_shares", "资金对应的职责", DutyShare, ("subject_year_id",)),)}
