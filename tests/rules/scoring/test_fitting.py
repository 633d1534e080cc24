"""Which scorecards fit an evaluation: named after the kind of subject, the general one where there is none."""

import pytest

from jiheng.rules.policy import load_policy
from jiheng.rules.policy.faults import PackError
from jiheng.rules.policy.loading import resolve
from jiheng.rules.policy.pack import read_pack
from jiheng.rules.scoring.fitting import fitting_cards, kind_of_card
from tests.rules.policy.builders import files

CARDS = ["project_evaluation", "bond_evaluation", "bond_evaluation_road", "in_process_evaluation", "appraisal"]


@pytest.mark.parametrize(
    ("evaluation", "kind", "fits"),
    [
        ("fiscal", "bond", ["bond_evaluation", "bond_evaluation_road"]),
        ("department", "bond", ["bond_evaluation", "bond_evaluation_road"]),
        ("fiscal", "project", ["project_evaluation"]),
        ("fiscal", "transfer", ["project_evaluation"]),  # no card of its own
        ("in_process", "bond", ["in_process_evaluation", "bond_evaluation", "bond_evaluation_road"]),
        ("in_process", "transfer", ["in_process_evaluation", "project_evaluation"]),
    ],
)
def test_cards_follow_the_kind_of_subject(evaluation, kind, fits):
    assert fitting_cards(evaluation, kind, CARDS) == fits


@pytest.mark.parametrize(
    ("card", "kind"),
    [("bond_evaluation", "bond"), ("bond_evaluation_road", "bond"), ("in_process_evaluation", None),
     ("department_assessment", None), ("bond_evaluations", None), ("goal_review", None)],
)  # fmt: skip
def test_a_card_says_its_kind(card, kind):
    assert kind_of_card(card) == kind


@pytest.mark.feature("1.05")
@pytest.mark.parametrize("kind", ["revenue", "investment_fund", "ppp", "procurement", "purchased_service", "bond"])
def test_each_kind_has_a_card_of_its_own(kind):
    policy = load_policy("heilongjiang-hailin")
    assert fitting_cards("fiscal", kind, policy.scorecards) == [f"{kind}_evaluation"]
    assert policy.scorecards[f"{kind}_evaluation"].assumed
    assert kind in policy.subject_kinds


CARD = """label: 评分表
cite: {{source: law, clause: 第三条}}
grades: evaluation
groups:
  - {{key: a, label: 甲, points: 100, items: [{{key: {key}, label: 乙, points: 100, standard: 按程度计分}}]}}
"""


def test_a_card_of_no_kind_is_an_error_with_its_file():
    given = files(scorecards__lottery_evaluation=CARD.format(key="x"))
    with pytest.raises(PackError) as caught:
        resolve([read_pack("upper", given)])
    (problem,) = caught.value.problems
    assert problem.file == "upper/scorecards/lottery_evaluation.yaml"
    assert "没有对象类别“lottery”" in problem.message


def test_a_card_of_a_kind_above_is_none():
    given = files(scorecards__project_evaluation=CARD.format(key="x"))
    assert "project_evaluation" in resolve([read_pack("upper", given)]).scorecards
