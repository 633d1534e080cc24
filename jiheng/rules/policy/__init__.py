"""Policies: what the packs of a place say, read strictly, frozen by digest, explained."""

from jiheng.rules.policy.faults import PackError
from jiheng.rules.policy.loading import available_places, load_policy, policy_from
from jiheng.rules.policy.parameters import DatedValue
from jiheng.rules.policy.policy import Difference, Policy, PolicyAt, differences

__all__ = [
    "DatedValue",
    "Difference",
    "PackError",
    "Policy",
    "PolicyAt",
    "available_places",
    "differences",
    "load_policy",
    "policy_from",
]
