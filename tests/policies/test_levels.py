"""Three levels: a county over its province over the nation, from a folder outside the program."""

from datetime import date
from pathlib import Path

import pytest

from jiheng.rules.policy import PackError, available_places, load_policy
from jiheng.rules.policy.cases import run_cases
from jiheng.rules.policy.conflicts import conflicts, unreasoned
from jiheng.rules.policy.explain import check_place, explain
from jiheng.rules.policy.loading import layers, pack_files, policy_from
from jiheng.rules.policy.overrides import difference_lines, overrides
from jiheng.site.cli import main

PLACES = Path(__file__).parent / "places"
COUNTY = "jilin-test"


@pytest.fixture(autouse=True)
def _outside(monkeypatch):
    monkeypatch.setenv("JIHENG_PACKS", str(PLACES))
    load_policy.cache_clear()
    yield
    load_policy.cache_clear()


def told(upper, year=2027):
    policy = load_policy(COUNTY)
    return {one.key: one for one in overrides(load_policy(upper), policy, year, date(year, 6, 30))}


def test_place_outside_the_program_is_read_like_any_other():
    assert COUNTY in available_places()
    well, lines = check_place(COUNTY)
    assert well, lines
    assert all(one.passed for one in run_cases(load_policy(COUNTY)))


@pytest.mark.feature("1.07")
def test_each_value_comes_from_the_nearest_level_that_says_it():
    policy = load_policy(COUNTY)
    assert policy.chain == (COUNTY, "jilin", "national")
    found = {key: policy.value(key, budget_year=2027) for key in (
        "appraisal_major_threshold", "joint_review_threshold", "publication_days")}  # fmt: skip
    assert [one.origin for one in found.values()] == [COUNTY, "jilin", "national"]
    assert str(found["joint_review_threshold"].clause).endswith("（吉政发〔2025〕11号）三（四）16")
    lines = explain(COUNTY, 2027, "appraisal_major_threshold")
    assert [line.split("：")[1].split("，")[0] for line in lines[-3:]] == ["采用", "被替换", "被替换"]


@pytest.mark.feature("1.07")
def test_overrides_are_told_for_each_level_above():
    province = told("jilin")
    own = {"appraisal_major_threshold", "special_fund_evaluation_years", "goal_review_rounds", "village_meeting_required"}
    assert set(province) - {"test-county-2026-1"} == own
    kinds = {key: province[key].kind for key in own}
    assert kinds == {
        "appraisal_major_threshold": "替换", "special_fund_evaluation_years": "替换",
        "goal_review_rounds": "终止", "village_meeting_required": "新增",
    }  # fmt: skip
    limit = province["appraisal_major_threshold"]
    assert (limit.after, limit.before) == (("500.00 万元",), ("3,000.00 万元",))
    assert (limit.since, limit.before_since) == ("2027 年度起", "2026 年度起")
    assert (limit.clause, limit.before_clause) == (
        "《测试县预算绩效管理办法》（测财〔2026〕1号）第六条",
        "《吉林省全面强化财政绩效管理改革工作方案》（吉政发〔2025〕11号）三（五）20",
    )
    nation = told("national")
    assert own < set(nation)
    assert nation["affordability_scope"].kind == "新增"


def test_difference_list_is_printed_level_by_level():
    lines = difference_lines(COUNTY, 2027, date(2027, 12, 31))
    heads = [line for line in lines if not line.startswith(" ")]
    assert heads[1].startswith("与吉林省（jilin）不同的 4 处：新增 1，替换 2，终止 1")
    assert heads[2].startswith("与全国（national）不同的 ")
    assert any("本地 500.00 万元（2027 年度起，《测试县" in line for line in lines)


def test_looser_rule_of_the_county_is_cited_against_the_province():
    (one,) = [one for one in conflicts(layers(COUNTY)) if one.place == "吉林省测试县（虚构）"]
    assert (one.key, one.upper, one.said, one.upper_said) == ("special_fund_evaluation_years", "吉林省", ("5年",), ("3年",))
    assert one.reason.startswith("全县只有两名专职人员")
    given = dict(pack_files(COUNTY))
    given["parameters/all.yaml"] = given["parameters/all.yaml"].replace("  looser_because: 全县只有两名专职人员，已报省财政厅备案\n", "")
    (problem,) = unreasoned(layers(COUNTY, {COUNTY: given}))
    assert "jilin-test/parameters/all.yaml 第10行" in str(problem)
    assert "《测试县预算绩效管理办法》（测财〔2026〕1号）第十二条" in problem.message
    assert "（吉政发〔2025〕11号）三（二）4" in problem.message


def test_national_floor_stops_a_county_two_levels_below():
    given = dict(pack_files(COUNTY))
    given["parameters/late.yaml"] = (
        "publication_days:\n  label: 公开期限\n  unit: 天\n  looser_because: 忙不过来\n  values:\n"
        "    - {from_budget_year: 2027, value: 21, cite: {source: test-county-2026-1, clause: 第二十条}}\n"
    )
    with pytest.raises(PackError, match="底线") as caught:
        policy_from(COUNTY, {COUNTY: given})
    assert "第二十条" in str(caught.value)
    assert "《中华人民共和国预算法》第十四条" in str(caught.value)


def test_two_packs_of_one_place_are_an_error(monkeypatch, tmp_path):
    (tmp_path / "jilin").mkdir()
    (tmp_path / "jilin" / "pack.yaml").write_text("place: jilin\n", encoding="utf-8")
    monkeypatch.setenv("JIHENG_PACKS", f"{PLACES}:{tmp_path}")
    with pytest.raises(LookupError, match="有两个制度包"):
        available_places()
    monkeypatch.setenv("JIHENG_PACKS", str(tmp_path / "nowhere"))
    with pytest.raises(LookupError, match="不是目录"):
        available_places()


@pytest.mark.feature("1.06")
@pytest.mark.parametrize(
    ("place", "year", "fen"),
    [("heilongjiang-hailin", 2021, 500_000_000), ("jilin", 2026, 3_000_000_000), (COUNTY, 2027, 500_000_000)],
)
def test_threshold_bites_from_its_year_on_and_not_before(place, year, fen):
    policy = load_policy(place)
    now = policy.value("appraisal_major_threshold", budget_year=year)
    assert (now.fen, now.since) == (fen, year)
    assert now.clause.clause
    before = policy.get("appraisal_major_threshold", budget_year=year - 1)
    assert before is None or before.fen != fen


def test_differences_are_printed_by_the_command(capsys):
    assert main(["policy", "differences", COUNTY, "--year", "2027"]) == 0
    said = capsys.readouterr().out
    assert "与吉林省（jilin）不同的 4 处" in said
    assert "终止 参数“高质量发展专项资金绩效目标的报审轮次”（goal_review_rounds）" in said
    assert main(["policy", "differences", COUNTY]) == 1
    assert "请写明地区和年度" in capsys.readouterr().err


def test_check_tells_what_is_looser_with_both_clauses(capsys):
    assert main(["policy", "check", COUNTY]) == 0
    said = capsys.readouterr().out
    assert "比上级宽的规定：1 处，没有写明理由或须改正的 0 处" in said
    assert "（测财〔2026〕1号）第十二条" in said
    assert "（吉政发〔2025〕11号）三（二）4" in said
