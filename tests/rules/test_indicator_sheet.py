"""The sheet of an indicator: what keeps it from being counted, scored or proved."""

from dataclasses import replace

import pytest

from jiheng.rules.indicator_sheet import Reference, Sheet, sheet_faults

SOUND = Sheet(
    sector="通用",
    category="培训",
    level1="产出指标",
    level2="质量指标",
    name="培训考核合格率",
    definition="考核合格的人数占参加考核人数的比例",
    operator=">=",
    method="proportional",
    value="95",
    unit="%",
    formula="合格人数÷参加考核人数×100%",
    sample="合格人数=190；参加考核人数=200；结果=95",
    data_source="考核成绩表",
    evidence="考核成绩表",
    basis="财行〔2016〕540号",
    direction="positive",
    references=(Reference("industry", "90", 2023, "全省"),),
)


@pytest.mark.feature("4.03", "4.04")
@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({}, []),
        ({"definition": " "}, ["definition"]),
        ({"direction": "reverse"}, ["direction"]),
        ({"frequency": "daily"}, ["frequency"]),
        ({"unit": ""}, ["unit"]),
        ({"unit": "人"}, ["formula"]),
        ({"sample": "合格人数=1；参加考核人数=2；结果=51"}, ["sample"]),
        ({"formula": "", "sample": "结果=1"}, ["sample"]),
        ({"formula": "", "sample": ""}, []),
        ({"method": "reverse_ratio"}, ["method"]),
        ({"name": "长" * 201}, ["name"]),
        ({"references": (Reference("best", "", 3),)}, ["references"] * 3),
    ],
)
def test_sheet_is_sound_or_says_where_not(change: dict[str, object], where: list[str]) -> None:
    assert [fault.where for fault in sheet_faults(replace(SOUND, **change))] == where  # type: ignore[arg-type]


def test_rule_in_words_does_where_a_day_is_compared() -> None:
    dated = replace(
        SOUND,
        operator="<=",
        direction="reverse",
        method="date_target",
        value="10月底前",
        unit="",
        formula="以最后一批验收单日期为准",
        sample="",
    )
    assert sheet_faults(dated) == []
