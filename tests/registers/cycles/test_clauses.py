"""The clause of a refusal comes from the rules frozen for the cycle; younger entries from the national pack."""

import pytest

from jiheng.registers.cycles.clauses import clause_in
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.policies.models import Snapshot
from jiheng.rules.policy import Policy, load_policy
from jiheng.rules.policy.clauses import national_clause
from tests.make import PACK, County, make_county

pytestmark = pytest.mark.django_db


@pytest.fixture
def county() -> County:
    return make_county()


def test_clause_is_that_of_the_place(county: County) -> None:
    assert clause_in(county.cycle, "goal_before_release").startswith("《关于盐池县2022-2023年预算绩效管理情况说明》")
    assert national_clause("goal_before_release").startswith("《中共中央 国务院关于全面实施预算绩效管理的意见》")


def test_rules_frozen_before_an_entry_was_made_fall_back_to_the_national_pack(county: County) -> None:
    policy = load_policy(PACK)
    fewer = {key: one for key, one in policy.parameters.items() if not key.startswith("duty_")}
    older = Policy.restore(policy.model_copy(update={"parameters": fewer}).dump())
    snapshot = Snapshot.objects.create(
        place=county.place,
        digest=older.digest,
        content=older.dump(),
        taken_at=county.cycle.opened_at,
        taken_by="绩效管理股",
    )
    Cycle.objects.filter(pk=county.cycle.pk).update(snapshot=snapshot)
    cycle = Cycle.objects.get(pk=county.cycle.pk)
    assert clause_in(cycle, "duty_place") == "《中华人民共和国预算法》第三条"
    with pytest.raises(LookupError):
        clause_in(cycle, "duty_nothing")
