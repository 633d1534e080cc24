"""Two leaders open the same year at the same moment."""

import pytest

from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.services import open_cycle
from tests.make import make_county
from tests.threads import all_at_once, names_of


@pytest.mark.concurrency
def test_same_year_is_opened_by_one_of_two(committed: None) -> None:
    county = make_county()
    people = [county.person("performance_office"), county.person("bureau_leader")]
    answers = all_at_once(
        *(
            lambda person=person: open_cycle(place=county.place, budget_year=2024, person=person)
            for person in people
        )
    )
    assert names_of(answers) == ["Refused", "done"]
    assert Cycle.objects.filter(budget_year=2024).count() == 1
