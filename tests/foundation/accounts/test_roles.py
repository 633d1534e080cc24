"""The roles that only look on: one class of access under many names, named in the table of bodies."""

from dataclasses import replace

import pytest

from jiheng.foundation.accounts.person import Person
from jiheng.foundation.accounts.roles import BODIES, OVERSEER_ROLES, ROLES
from jiheng.rules.policy import available_places, load_policy
from tests.contracts.sources import ROOT

SOMEBODY = Person(1, "张一民", "congress", 1, 1, "人大", "overseer", 1, "x", "试验县", frozenset({1}))


@pytest.mark.parametrize("role", sorted(OVERSEER_ROLES))
def test_who_looks_on_sees_the_place_and_is_not_the_bureau(role: str) -> None:
    person = replace(SOMEBODY, role=role)
    assert person.sees_whole_place
    assert person.is_overseer
    assert not person.is_bureau
    assert not person.is_unit


JOINT = {("evaluation_scheme", "agree"), ("rectification", "return"), ("rectification", "accept")}
"""What the partner of a joint evaluation does, where the place's rules have such evaluations."""


@pytest.mark.parametrize("place", available_places())
def test_no_table_of_any_place_gives_a_step_to_who_looks_on(place: str) -> None:
    policy = load_policy(place)
    rule = policy.parameters.get("joint_evaluation")
    partners = {rule.values[-1].value["role"]} if rule is not None else set()
    steps = [(table.key, step) for table in policy.workflows.values() for step in table.steps]
    found = {(key, step.action) for key, step in steps if set(step.by) & OVERSEER_ROLES}
    assert found == (JOINT if partners else set())
    assert {role for _, step in steps for role in step.by} & OVERSEER_ROLES <= partners


def test_readers_of_the_bureau_hold_office_in_the_bureau_and_overseers_outside() -> None:
    assert BODIES["reader"] == {"bureau"}
    assert BODIES["overseer"] == {"overseer"}


def test_table_of_bodies_names_every_role() -> None:
    table = (ROOT / "docs" / "operations" / "roles.md").read_text(encoding="utf-8")
    assert [role.label for role in ROLES.values() if role.label not in table] == []
