"""Self-evaluations and evaluations can be found by project, unit, agency."""

from jiheng.foundation.web.searching import Searched
from jiheng.stages.evaluation.access import may_see_evaluations, may_see_self_evaluations
from jiheng.stages.evaluation.pages import EVALUATIONS
from jiheng.stages.evaluation.queries import evaluation_rows, self_rows
from jiheng.stages.evaluation.self_pages import SELF

SEARCHED = [
    Searched(("自评",), SELF, "evaluation:list", may_see_self_evaluations, self_rows),
    Searched(("评价", "财政评价"), EVALUATIONS, "evaluation:evaluations", may_see_evaluations, evaluation_rows),
]
