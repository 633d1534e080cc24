"""What of departments' rules and full-time people the chain seals: who changes it past the system is named."""

from jiheng.foundation.audit.sealing import Kind
from jiheng.foundation.files.proving import ATTACHED
from jiheng.registers.rulebooks.models import DepartmentRule, Specialist

KINDS = (
    Kind(DepartmentRule, "部门制度办法", ATTACHED, place="organisation__place"),
    Kind(Specialist, "专职人员", place="appointment__organisation__place"),
)
