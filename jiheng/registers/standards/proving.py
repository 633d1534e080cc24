"""What of standards the chain seals: every version, every cost behind one, every line of a project's cost."""

from jiheng.foundation.audit.sealing import Kind
from jiheng.registers.standards.models import CostLine, CostRecord, StandardVersion

KINDS = (
    Kind(StandardVersion, "支出标准"),
    Kind(CostRecord, "成本数据"),
    Kind(CostLine, "测算明细", place="subject_year__place"),
)
