"""The tables that follow a document sentence by sentence name nothing that does not exist."""

import re
from pathlib import Path

import pytest

from jiheng.rules.policy import available_places, load_policy
from jiheng.rules.policy.loading import PACKS
from jiheng.rules.workflow.checks import CHECKS

TRACES = Path(__file__).parents[2] / "docs" / "traces"
LOCALITIES = [place for place in available_places() if place != "national"]
SECTIONS = {
    "参数": "parameters",
    "流程": "workflows",
    "日历": "calendar",
    "等级": "grades",
    "评分表": "scorecards",
    "表格": "forms",
    "提纲": "documents",
}


def named(text, word):
    """Keys in code marks that follow a word, several in a row included."""
    return {
        key for run in re.findall(rf"{word} ((?:`[^`]+` ?)+)", text) for key in re.findall(r"`([^`]+)`", run)
    }


@pytest.mark.parametrize("place", LOCALITIES)
def test_trace_names_only_what_the_pack_has(place):
    text = (TRACES / f"{place}.md").read_text(encoding="utf-8")
    policy = load_policy(place)
    unknown = {
        f"{word} {key}"
        for word, section in SECTIONS.items()
        for key in named(text, word) - set(getattr(policy, section))
    }
    unknown |= {f"条件 {key}" for key in named(text, "条件") - set(CHECKS)}
    unknown |= {f"算例 {key}" for key in named(text, "算例") if not (PACKS / place / key).exists()}
    assert unknown == set()


@pytest.mark.parametrize("place", LOCALITIES)
def test_trace_names_everything_that_the_pack_says_itself(place):
    text = (TRACES / f"{place}.md").read_text(encoding="utf-8")
    policy = load_policy(place)
    own = {
        key
        for section in SECTIONS.values()
        for key, origin in policy.origins[section].items()
        if origin == place and key not in {found for word in SECTIONS for found in named(text, word)}
    }
    assert own == set()
