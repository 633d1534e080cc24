"""Use of results, as the rest of the system sees it."""

from jiheng.foundation.accounts.roles import BUREAU_ROLES, OVERSEER_ROLES, UNIT_ROLES
from jiheng.foundation.web.stage import Stage
from jiheng.stages.results.access import visible_decisions, visible_rectifications

STAGE = Stage(
    key="results",
    label="结果应用",
    icon="scale",
    order=50,
    home="results:decisions",
    roles=UNIT_ROLES | BUREAU_ROLES | OVERSEER_ROLES | {"department_reviewer"},
    records={"results.decision": visible_decisions, "results.rectification": visible_rectifications},
)
