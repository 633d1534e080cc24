"""Assessment of departments, as the rest of the system sees it."""

from jiheng.foundation.accounts.roles import BUREAU_ROLES, OVERSEER_ROLES
from jiheng.foundation.web.stage import Stage
from jiheng.stages.assessment.access import visible_assessments

STAGE = Stage(
    key="assessment",
    label="考核",
    icon="medal",
    order=60,
    home="assessment:list",
    roles=BUREAU_ROLES | OVERSEER_ROLES | {"department_reviewer"},
    records={"assessment.assessment": visible_assessments},
)
