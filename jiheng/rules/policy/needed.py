"""What a budget year cannot do without: parameters that must have a value before the year is opened."""

from jiheng.rules.policy.policy import Policy

NEEDED = (
    "appraisal_entry_condition",
    "appraisal_material",
    "evaluation_response_days",
    "execution_reason_line",
    "goal_adjustment_reasons",
    "goal_branches",
    "goal_mandatory_branches",
    "goal_project_threshold",
    "goal_weight_total",
    "monitoring_checkpoints",
    "monitoring_decision_days",
    "monitoring_deviation_causes",
    "monitoring_due_days",
    "monitoring_execution_floor",
    "monitoring_gap_points",
    "monitoring_lights",
    "monitoring_likelihood_reason",
    "monitoring_measures",
    "overfulfilment_line",
    "publication_days",
    "recheck_share",
    "rectification_days",
    "result_consequences",
    "self_evaluation_weights",
)
"""Parameters that stages read without asking whether there is one: a test holds the list against the code."""


def values_missing(policy: Policy, budget_year: int) -> list[str]:
    """The labels of what the policy does not prescribe for a budget year though the year needs it.

    Parameters by event follow the day of the act and not the year: they must only exist.
    """
    missing = []
    for key in NEEDED:
        parameter = policy.parameters.get(key)
        if parameter is None or (parameter.by == "budget_year" and policy.get(key, budget_year=budget_year) is None):
            missing.append(parameter.label if parameter is not None else key)
    return missing
