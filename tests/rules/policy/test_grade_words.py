"""What a place calls its grades stands wherever a rule is told in words: 中 here, 一般 there."""

import pytest

from jiheng.rules.policy import available_places, load_policy
from jiheng.rules.policy.explain import explain
from jiheng.rules.policy.parameters import show_value


@pytest.mark.parametrize(("place", "said"), [("hunan-tianyuan", "一般"), ("ningxia-yanchi", "中")])
def test_grades_are_called_as_the_place_calls_them(place: str, said: str) -> None:
    policy = load_policy(place)
    assert policy.grade_words["fair"] == said
    value = policy.value("findings_required_grades", budget_year=2023)
    assert str(value).endswith(f"{said}、差")
    assert f"值：{said}、差" in explain(place, 2023, "findings_required_grades")


def test_no_place_is_told_of_a_grade_that_it_does_not_have() -> None:
    for place in available_places():
        policy = load_policy(place)
        other = {"中", "一般"} - set(policy.grade_words.values())
        for key in ("findings_required_grades", "report_required_grades", "goal_review_gate"):
            found = policy.get(key, budget_year=2023)
            words = show_value(found.value, "", policy.grade_words) if found is not None else ""
            assert not any(word in words.replace("，", "、").replace("：", "、").split("、") for word in other)
