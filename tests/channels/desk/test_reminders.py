"""Reminders: each step of the countdown is told once, to those whose turn it is."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiheng.channels.desk.reminders import AHEAD, remind, step_of
from jiheng.foundation import clock
from jiheng.foundation.notices.models import Notice
from tests.stages.monitoring.build import fill, make_round, sign

TODAY = date(2023, 4, 3)


@pytest.mark.django_db
def test_a_unit_is_reminded_at_each_step_once_until_it_has_sent() -> None:
    made = make_round()

    def told() -> list[str]:
        found = Notice.objects.filter(
            organisation=made.county.units[0], role="unit_project", text__contains="填写监控表"
        )
        return list(found.order_by("pk").values_list("text", flat=True))

    for day in (1, 2, 3, 4, 6, 7, 9, 10):
        with clock.at(date(2023, 4, day)):
            remind()
            remind()
    assert [text.rpartition("，")[2] for text in told()] == [
        "还剩 7 天（2023-04-10）",
        "还剩 3 天（2023-04-10）",
        "还剩 1 天（2023-04-10）",
        "今天截止（2023-04-10）",
    ]
    with clock.at(date(2023, 4, 12)):
        remind()
    assert told()[-1].endswith("已逾期 2 天（2023-04-10）")
    count = len(told())
    fill(made)
    sign(made)
    with clock.at(date(2023, 4, 20)):
        remind()
    assert len(told()) == count
    waiting = Notice.objects.filter(role="department_reviewer", text__contains="审核通过")
    assert waiting.exists()


@given(st.integers(-60, 60))
def test_each_day_of_the_countdown_has_at_most_one_step_and_steps_come_in_order(left: int) -> None:
    step = step_of(TODAY + timedelta(days=left), TODAY)
    if left > max(AHEAD) or left < -28:
        assert step == ""
    elif left < 0:
        assert step == f"late-{(-left + 6) // 7}"
    else:
        assert int(step) >= left
        assert int(step) == min(one for one in AHEAD if one >= left)
