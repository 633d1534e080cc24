"""What of monitoring the chain seals: who changes it past the system is named."""

from jiheng.foundation.audit.sealing import Kind, Part
from jiheng.registers.cycles.proving import case_of_year
from jiheng.stages.monitoring.access import workflow_of
from jiheng.stages.monitoring.models import (
    Checkpoint,
    Measure,
    MonitoringReport,
    ProgressReport,
    Reading,
    Recapture,
    Reduction,
    SituationReport,
    Warning,
)

KINDS = (
    Kind(Checkpoint, "监控点", place="cycle__place"),
    case_of_year(
        MonitoringReport,
        "监控表",
        workflow_of,
        (
            Part("readings", "监控数据", Reading, ("report_id",)),
            Part("warnings", "预警", Warning, ("report_id",)),
            Part("measures", "纠偏措施", Measure, ("report_id",)),
        ),
        open_in=("draft",),
        leave=("fill_version", "fill_page"),
    ),
    case_of_year(Recapture, "收回资金", "recapture"),
    case_of_year(Reduction, "申请调减预算", "budget_reduction"),
    case_of_year(ProgressReport, "定期报送", "progress_report"),
    case_of_year(SituationReport, "情况反映", "situation"),
)
