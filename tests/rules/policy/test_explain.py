"""Explaining a value and checking a place, in lines."""

from datetime import date

import pytest

from jiheng.rules.policy import load_policy
from jiheng.rules.policy.explain import assumed_entries, check_all, check_place, explain, missing_entries


def test_own_value_is_explained_with_clause_and_chain():
    lines = explain("ningxia-yanchi", 2023, "monitoring_cover")
    assert lines == [
        "宁夏回族自治区盐池县 2023年度 纳入绩效运行监控的项目比例（monitoring_cover）",
        "值：100%",
        "依据：《关于盐池县2022-2023年预算绩效管理情况说明》一（二）",
        "自2021年度起",
        "查找顺序：",
        "  宁夏回族自治区盐池县（ningxia-yanchi）：采用，100%",
        "  全国（national）：被替换，100%，底线",
    ]


def test_inherited_value_names_the_pack_it_comes_from():
    lines = explain("ningxia-yanchi", 2023, "publication_days")
    assert "值：20天" in lines
    assert lines[-2:] == [
        "  宁夏回族自治区盐池县（ningxia-yanchi）：未作规定",
        "  全国（national）：采用，20天，底线",
    ]


def test_assumed_value_says_that_it_is_assumed():
    assert any(line.startswith("假定") for line in explain("national", 2023, "execution_reason_line"))
    assert not any(line.startswith("假定") for line in explain("national", 2023, "publication_days"))


def test_value_by_event_is_explained_for_the_day():
    assert "值：20天" in explain("national", 2019, "feedback_days", date(2019, 1, 1))
    assert "值：2018-12-31还没有规定" in explain("national", 2018, "feedback_days")


def test_table_is_explained_row_by_row():
    lines = explain("ningxia-yanchi", 2023, "result_consequences")
    assert (
        "    中：按被评价年度预算的10%—30%扣减下年度预算（处理：核减，最低%：10，最高%：30，原则上：是）"
        in lines
    )


def test_unknown_parameter_offers_like_names():
    with pytest.raises(LookupError, match="monitoring_cover"):
        explain("national", 2023, "monitoring_covre")


def test_check_of_all_places_is_well():
    well, lines = check_all()
    assert well, lines


def test_check_counts_cases_and_assumptions():
    well, lines = check_place("ningxia-yanchi")
    assert well
    assert any(line.startswith("算例：48 个，不符 0 个") for line in lines)
    policy = load_policy("ningxia-yanchi")
    assert f"待财政局确认的假定：{len(assumed_entries(policy))} 项" in lines


def test_assumed_rows_inside_a_table_are_listed():
    found = assumed_entries(load_policy("ningxia-yanchi"))
    assert sum("适当压缩分配资金规模" in line for line in found) == 2


def test_missing_entries_are_named():
    policy = load_policy("national")
    lacking = policy.model_copy(update={"forms": {}, "grades": {}})
    assert "缺少表格“F5”" in missing_entries(lacking)
    assert "缺少等级“evaluation”" in missing_entries(lacking)
