"""What came of results can be found: decisions by project and unit, rectifications by problem and unit."""

from jiheng.foundation.web.searching import Searched
from jiheng.stages.results.access import may_see_decisions, may_see_rectifications
from jiheng.stages.results.decision_pages import DECISIONS
from jiheng.stages.results.queries import decisions_in, rectifications_in
from jiheng.stages.results.rectification_pages import LEDGER

SEARCHED = [
    Searched(("结果应用",), DECISIONS, "results:decisions", may_see_decisions, decisions_in),
    Searched(("整改",), LEDGER, "results:rectifications", may_see_rectifications, rectifications_in),
]
