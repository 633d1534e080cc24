"""Both sides of form F1 go together and come apart without loss."""

from hypothesis import given
from hypothesis import strategies as st

from jiheng.rules.forms.indicators import apart, side_by_side

ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "level1": st.sampled_from(["产出指标", "效益指标"]),
            "level2": st.sampled_from(["数量指标", "质量指标"]),
            "name": st.sampled_from(["甲", "乙", "丙"]),
            "target": st.sampled_from(["≥1个", None]),
        }
    ),
    max_size=6,
)


def row(level1: str, level2: str, name: str) -> dict[str, str]:
    return {"level1": level1, "level2": level2, "name": name, "target": "≥1个"}


def test_side_by_side_pairs_under_the_same_heading() -> None:
    term = [row("产出指标", "数量指标", "三年面积"), row("效益指标", "社会效益指标", "户数")]
    year = [
        row("产出指标", "数量指标", "当年面积"),
        row("产出指标", "数量指标", "管护"),
        row("产出指标", "质量指标", "合格率"),
    ]
    shown = [
        (one["level1"], one["level2"], one["term_name"], one["name"]) for one in side_by_side(term, year)
    ]
    assert shown == [
        ("产出指标", "数量指标", "三年面积", "当年面积"),
        ("产出指标", "数量指标", None, "管护"),
        ("产出指标", "质量指标", None, "合格率"),
        ("效益指标", "社会效益指标", "户数", None),
    ]


@given(term=ROWS, year=ROWS)
def test_side_by_side_comes_apart_again(term: list[dict[str, str]], year: list[dict[str, str]]) -> None:
    def key(one: dict[str, str]) -> list[str]:
        return [str(one[name]) for name in sorted(one)]

    left, right = apart(side_by_side(term, year))
    assert sorted(left, key=key) == sorted(term, key=key)  # type: ignore[arg-type]
    assert sorted(right, key=key) == sorted(year, key=key)  # type: ignore[arg-type]
