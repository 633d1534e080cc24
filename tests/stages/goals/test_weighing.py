"""What missing a row costs stands beside it, by the grades of the year, while it is written and afterwards."""

from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from jiheng.registers.cycles.queries import policy_for
from jiheng.stages.goals.weighing import missed_of, weighed_rows
from tests import make

pytestmark = pytest.mark.django_db


@pytest.mark.feature("3.03")
def test_a_row_that_costs_a_grade_is_told_while_it_is_typed_and_on_the_goal() -> None:
    county = make.make_county()
    goal = make.make_goal(county, make.make_subject(county))
    told = missed_of(goal.cycle, weighed_rows(goal.indicators.all()))
    grades = policy_for(goal.cycle).grades["evaluation"]
    assert [one.total for one in told] == [100 - row.weight for row in goal.indicators.all()]
    assert [one.after for one in told] == [grades.grade(one.total).label for one in told]
    assert any(one.falls for one in told)
    heavy = next(one for one in told if one.points == 20)
    words = f'扣 20.00 分，得 80.00 分">占 22.2%<br><strong class="falls">不达降为{heavy.after}</strong>'
    client = make.sign_in(Client(), county.person("unit_project"))
    for name in ("goals:edit", "goals:detail"):
        assert words in client.get(reverse(name, args=[goal.pk])).content.decode()
    # The points as they are typed count, before anything is saved.
    row = goal.indicators.all()[0]
    typed = {
        "seen": goal.content_version, "objective": goal.objective, "rows-TOTAL_FORMS": "1", "rows-INITIAL_FORMS": "1",
        "rows-0-pk": row.pk, "rows-0-level1": row.level1, "rows-0-level2": row.level2, "rows-0-name": row.name,
        "rows-0-target_text": row.target_text, "rows-0-unit": row.unit, "rows-0-weight": "45",
    }  # fmt: skip
    page = client.post(reverse("goals:check", args=[goal.pk]), typed).content.decode()
    after = grades.grade(Decimal(55)).label
    assert f'扣 45.00 分，得 55.00 分">占 50.0%<br><strong class="falls">不达降为{after}</strong>' in page
