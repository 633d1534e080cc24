"""天元's values bite: another value in a copy of its pack fails the rows that rest on it."""

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from jiheng.channels.scenarios.run import judge, play, read_expected
from jiheng.rules.policy import load_policy, loading

pytestmark = pytest.mark.django_db

PLACE = "hunan-tianyuan"


@pytest.fixture
def amended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str, str, str], None]]:
    """Let the place's pack, in a copy, say something else in one of its files."""
    copy = tmp_path / "packs"
    shutil.copytree(loading.PACKS, copy)
    monkeypatch.setattr(loading, "PACKS", copy)

    def amend(file: str, old: str, new: str) -> None:
        path = copy / PLACE / file
        text = path.read_text(encoding="utf-8")
        assert len(re.findall(re.escape(old), text)) == 1, f"{old!r} in {file}"
        path.write_text(text.replace(old, new), encoding="utf-8")
        load_policy.cache_clear()

    yield amend
    monkeypatch.undo()
    load_policy.cache_clear()


BITES = [
    (
        "parameters/results.yaml",
        "value: 2\n",
        "value: 3\n",
        {"due", "due_delivered", "due_month_end", "flag_month_end_after", "flag_q03"},
    ),
    ("parameters/evaluation.yaml", "      value: true\n", "      value: false\n", {"order_undrawn", "order_other"}),
    (
        "parameters/evaluation.yaml",
        "逻辑清晰, 客观公正, 建议可行]",
        "逻辑清晰, 客观公正]",
        {"confirm_six_of_seven", "examine_again", "confirm_seven"},
    ),
    (
        "parameters/goals.yaml",
        "[output, quantity, quality, timeliness, cost, benefit, satisfaction]",
        "[output, quantity, quality, timeliness, benefit, satisfaction]",
        {"goal_without_cost"},
    ),
]


@pytest.mark.parametrize(("file", "old", "new", "keys"), BITES)
def test_another_value_fails_the_rows_that_rest_on_it(
    amended: Callable[[str, str, str], None], file: str, old: str, new: str, keys: set[str]
) -> None:
    amended(file, old, new)
    table = judge(play(PLACE, "1"), read_expected(PLACE))
    failed = {row.key: row.clause for row in table if not row.equal}
    assert keys <= set(failed)
    assert set(failed.values()) == {failed[key] for key in keys}  # and no row of another article
