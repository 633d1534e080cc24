"""The list of published figures is the scenarios' own, and each names a statistic that there is."""

from pathlib import Path

import jiheng.channels.scenarios.vocabulary  # noqa: F401  # brings every measure
from jiheng.channels.scenarios.handbook import lines
from jiheng.channels.scenarios.measures import MEASURES
from jiheng.channels.scenarios.run import read_expected
from jiheng.rules.policy.loading import available_places

ROOT = Path(__file__).parents[3]


def test_the_document_is_what_the_scenarios_compare() -> None:
    written = (ROOT / "docs/published-figures.md").read_text(encoding="utf-8")
    assert written == "\n".join(lines()) + "\n", "请运行 .venv/bin/python -m jiheng.channels.scenarios.handbook > docs/published-figures.md"


def test_every_figure_and_every_place_with_some_stand_in_it() -> None:
    told = "\n".join(lines())
    for place in available_places():
        try:
            figures = read_expected(place).figures
        except FileNotFoundError:
            continue
        assert (f"（`{place}`，{len(figures)} 个）" in told) is bool(figures)
        for one in figures:
            assert one.measure in MEASURES
            assert f"| {one.label} | {one.published}{one.unit} |" in told
