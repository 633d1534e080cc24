"""Walks along every table of every pack: never outside the table, never past four eyes."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jiheng.rules.policy import available_places, load_policy
from jiheng.rules.policy.cases import NEUTRAL
from jiheng.rules.workflow import Attempt, Outcome, Signed
from jiheng.rules.workflow.roles import ROLES

TABLES = [(place, key) for place in available_places() for key in load_policy(place).workflows]
FACTS = {
    **NEUTRAL,
    "conclusion": "supported",
    "score_conclusion": "supported",
    "amount_asked": 100,
    "amount_agreed": 100,
    "grade": "good",
    "response_overdue": True,
    "decision_ratio": Decimal(0),
    "scored_sides": ["department", "division", "performance", "centre"],
    "session_outcome": "passed",
    "expert_opinions": ["pass", "pass", "pass"],
    "partner_agreed": True,
    "review_returns": 1,
}


@pytest.mark.parametrize(("place", "key"), TABLES)
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_walk_never_leaves_the_table(place, key, data):
    policy = load_policy(place)
    workflow = policy.workflows[key]
    facts = {**FACTS, "policy": policy.at(2023, date(2023, 6, 1))}
    actions = sorted({step.action for step in workflow.steps})
    state = workflow.start
    signatures: tuple[Signed, ...] = ()
    actors: dict[str, set[int]] = {}
    for _ in range(data.draw(st.integers(1, 25))):
        action = data.draw(st.sampled_from(actions))
        role = data.draw(st.sampled_from(sorted(ROLES)))
        actor = data.draw(st.integers(1, 4))
        attempt = Attempt(
            state, action, role, actor, {**facts, "actors": actors}, "意见", signatures, content_hash="h"
        )
        outcome = workflow.take(attempt)
        row = workflow.step(state, action, role)
        if not isinstance(outcome, Outcome):
            assert outcome
            assert all(one.message and one.clause for one in outcome)
            continue
        assert row is not None
        assert outcome.state == (row.to_state if outcome.moved else state)
        assert outcome.state in workflow.states
        assert state not in workflow.final
        for earlier in row.not_same_person_as:
            assert actor not in actors.get(earlier, set())
        if row.all_must_sign and outcome.moved:
            assert {one.role for one in outcome.signatures} == set(row.by)
            assert len({one.actor for one in outcome.signatures}) == len(row.by)
        actors = {**actors, action: actors.get(action, set()) | {actor}}
        signatures = () if outcome.moved else outcome.signatures
        state = outcome.state


@pytest.mark.parametrize(("place", "key"), TABLES)
def test_every_table_reaches_its_end_with_different_people(place, key):
    policy = load_policy(place)
    workflow = policy.workflows[key]
    facts = {**FACTS, "policy": policy.at(2023, date(2023, 6, 1))}
    state, person = workflow.start, 0
    actors: dict[str, set[int]] = {}
    for _ in range(20):
        if state in workflow.final:
            break
        order = list(workflow.states)
        onward = [
            step
            for step in workflow.steps
            if step.from_state == state and order.index(step.to_state) > order.index(state)
        ]
        signatures: tuple[Signed, ...] = ()
        for role in onward[0].by:
            person += 1
            outcome = workflow.take(
                Attempt(
                    state,
                    onward[0].action,
                    role,
                    person,
                    {**facts, "actors": actors},
                    "意见",
                    signatures,
                    "h",
                )
            )
            assert isinstance(outcome, Outcome), outcome
            signatures = outcome.signatures
            actors = {**actors, onward[0].action: actors.get(onward[0].action, set()) | {person}}
            if outcome.moved:
                break
        state = onward[0].to_state
    assert state in workflow.final
