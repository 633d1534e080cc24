"""Monitoring reports can be found by project and unit."""

from jiheng.foundation.web.searching import Searched
from jiheng.stages.monitoring.access import may_see_reports
from jiheng.stages.monitoring.pages import REPORTS
from jiheng.stages.monitoring.queries import report_rows

SEARCHED = [Searched(("监控", "运行监控"), REPORTS, "monitoring:list", may_see_reports, report_rows)]
