"""The writes of results: decisions on the next budget, rectification of findings."""

from jiheng.stages.results.services.ceilings import ceiling_refusals, ceilings_by_year
from jiheng.stages.results.services.decisions import (
    agree_to_keep,
    apply_decision,
    decide_result,
    evaluated_budget,
    propose_all,
    propose_decision,
    return_decision,
    revise_proposal,
)
from jiheng.stages.results.services.rectifications import (
    accept_rectification,
    extend_rectification,
    issue_all,
    issue_rectification,
    report_rectification,
    return_rectification,
    save_rectification,
)

__all__ = [
    "accept_rectification",
    "agree_to_keep",
    "apply_decision",
    "ceiling_refusals",
    "ceilings_by_year",
    "decide_result",
    "evaluated_budget",
    "extend_rectification",
    "issue_all",
    "issue_rectification",
    "propose_all",
    "propose_decision",
    "report_rectification",
    "return_decision",
    "return_rectification",
    "revise_proposal",
    "save_rectification",
]
