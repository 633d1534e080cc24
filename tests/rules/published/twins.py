"""Made-up published tables: clean ones in every dress, and defects planted one at a time."""

from collections.abc import Callable
from copy import deepcopy
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from hypothesis import strategies as st

Table = dict[str, Any]
CENT = Decimal("0.01")
FULL_WIDTH = str.maketrans("0123456789.,", "０１２３４５６７８９．，")

REACHED = [
    ("数量指标", "培训人数", "≥120人", "", "126人"),
    ("数量指标", "补助村数", "=8个", "", "8"),
    ("数量指标", "新建道路", "不少于2公里", "", "2000米"),
    ("数量指标", "发放资料", "1.2万份", "", "12000份"),
    ("质量指标", "验收合格率", "≧ 95", "%", "98.5%"),
    ("质量指标", "在线率", "≥0.97比例", "", "99%"),
    ("质量指标", "差错率", "≤3%", "", "１％"),
    ("时效指标", "完成及时率", "═ 100", "%", "100"),
    ("时效指标", "办理时限", "20个工作日以内", "", "18个工作日"),
    ("成本指标", "建设成本", "≤30万元", "", "298000元"),
    ("成本指标", "人均成本", "400-500元", "", "450元"),
    ("社会效益指标", "火灾受害率", "0.9", "‰", "0"),
    ("社会效益指标", "安全事故发生数", "0次", "", "0"),
    ("满意度指标", "群众满意度", "95%以上", "", "95%"),
    ("满意度指标", "游客满意度", "≥90%", "", "≥90%"),
]  # fmt: skip
MISSED = [
    ("数量指标", "体检人数", "5662人", "", "4044人", 4044, 5662),
    ("质量指标", "疫苗接种率", "≥100%", "", "97.30%", 9730, 10000),
    ("满意度指标", "家长满意度", "≥ 95", "%", "76", 76, 95),
]  # fmt: skip
WORDS = [
    ("时效指标", "完工时间", "6月底前", "", "2022年6月20日"),
    ("社会效益指标", "办学条件", "显著改善", "", "达成预期指标"),
    ("数量指标", "改造户数", "应改尽改", "", "129户"),
    ("成本指标", "总成本", "≤90万元", "", "完成"),
    ("生态效益指标", "空气质量", "≥**%", "", "良好"),
    ("数量指标", "活动场次", "200人次", "", "12场"),
    ("数量指标", "资助人数", "100%", "", "53"),
    ("成本指标", "补助金额", "15万元", "", "10.5万元"),
]  # fmt: skip


def half_up(value: Decimal, places: int = 2) -> Decimal:
    """Rounded as published tables round."""
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def share(total: int, parts: list[int]) -> list[int]:
    """Whole weights, each at least 1, that add up to the total."""
    cut = [1 + part * (total - len(parts)) // (sum(parts) or 1) for part in parts]
    return [*cut[:-1], total - sum(cut[:-1])]


def row(name: tuple[Any, ...], weight: int, score: Decimal, reason: str = "") -> Table:
    """An indicator row."""
    level2, level3, target, unit, actual = name[:5]
    level1 = {"满意度指标": "满意度指标"}.get(level2, "效益指标" if "效益" in level2 else "产出指标")
    return {"level1": level1, "level2": level2, "level3": level3, "target": target, "unit": unit or None,
            "actual": actual, "weight": weight, "score": score, "deviation_reason": reason or None}  # fmt: skip


@st.composite
def clean_tables(draw: st.DrawFn) -> Table:
    """A self-evaluation without an inconsistency: reached rows full, missed rows in proportion, sums that agree."""
    count = draw(st.integers(3, 9))
    weights = share(90, draw(st.lists(st.integers(1, 9), min_size=count, max_size=count)))
    rows = [row(REACHED[0], weights[0], Decimal(weights[0]))]
    for weight in weights[1:]:
        kind = draw(st.sampled_from(["reached", "missed", "words", "reason"]))
        if kind == "missed":
            name = draw(st.sampled_from(MISSED))
            rows.append(row(name, weight, half_up(Decimal(weight) * name[5] / name[6])))
        elif kind == "words":
            rows.append(row(draw(st.sampled_from(WORDS)), weight, Decimal(weight)))
        elif kind == "reason":
            rows.append(
                row(draw(st.sampled_from(REACHED)), weight, Decimal(weight) - 1 / Decimal(2), "佐证材料不全")
            )
        else:
            rows.append(row(draw(st.sampled_from(REACHED)), weight, Decimal(weight)))
    sources = draw(st.lists(st.integers(1000, 10**7), min_size=2, max_size=4))
    spent = [amount * draw(st.integers(3, 100)) // 100 for amount in sources]
    adjusted, executed = Decimal(sum(sources)) * CENT, Decimal(sum(spent)) * CENT
    points = half_up(executed * 100 / adjusted)
    score = half_up(points / 10)
    return {
        "region": "某省某市某县", "project_name": "虚构项目", "fiscal_year": 2022, "doc_type": "自评表",
        "source": "https://example.invalid/1",
        "budget": {}, "complete": True,
        "budget_published": {"annual": str(adjusted), "adjusted": str(adjusted), "executed": str(executed),
                             "rate": f"{points}%", "bw": "10", "bs": str(score), "unit": "万元"},
        "budget_breakdown": [{"item": name, "published": f"{Decimal(a) * CENT}/{Decimal(s) * CENT}"}
                             for name, a, s in zip(["中央财政资金", "省级资金", "县级资金", "其他资金"], sources, spent, strict=False)],
        "annual_objective": "改善办学条件,受益学生不少于735人。", "actual_objective": "受益学生741人,条件改善。",
        "indicators": rows, "self_score": sum((r["score"] for r in rows), score), "weight_total_published": 100,
        "notes": None,
    }  # fmt: skip


def dressed(table: Table, dress: Callable[[Table], None]) -> Table:
    """The same table as another office would print it; it says the same."""
    twin = deepcopy(table)
    dress(twin)
    return twin


def reprint(table: Table, change: Callable[[str], str]) -> None:
    """Print the amounts of the total row in another way."""
    for key in ("annual", "adjusted", "executed"):
        table["budget_published"][key] = change(table["budget_published"][key])


def reprint_sources(table: Table, change: Callable[[str], str]) -> None:
    """Print the sources' figures in another way."""
    for source in table["budget_breakdown"]:
        source["published"] = change(source["published"])


def full_width(table: Table) -> None:
    """Full-width digits, points and separators."""
    reprint(table, lambda text: text.translate(FULL_WIDTH))


def grouped(table: Table) -> None:
    """Thousands separators."""
    reprint(table, lambda text: f"{Decimal(text):,}")


def unit_in_cell(table: Table) -> None:
    """The unit again in each cell."""
    reprint(table, lambda text: text + "万元")
    table["budget_published"]["bw"] = "10分"


def in_yuan(table: Table) -> None:
    """The whole money block in 元."""
    reprint(table, lambda text: f"{Decimal(text) * 10000:f}")
    reprint_sources(table, lambda text: "/".join(f"{Decimal(x) * 10000:f}" for x in text.split("/")))
    table["budget_published"]["unit"] = "元"


def bare_rate(table: Table) -> None:
    """The rate without its sign."""
    table["budget_published"]["rate"] = table["budget_published"]["rate"].rstrip("%")


def rate_as_share(table: Table) -> None:
    """The rate as a spreadsheet stores it."""
    rate = table["budget_published"]["rate"].rstrip("%")
    table["budget_published"]["rate"] = str(Decimal(rate) / 100)


def three_columns(table: Table) -> None:
    """Sources with annual, adjusted and executed figures."""
    reprint_sources(table, lambda text: text.split("/")[0] + "/" + text)


def with_rates(table: Table) -> None:
    """Sources with their own rates beside the amounts."""
    reprint_sources(table, lambda text: text + "/100%")


def as_texts(table: Table) -> None:
    """Weights and scores as texts with their unit."""
    for each in table["indicators"]:
        each.update(weight=f"{each['weight']}分", score=str(each["score"]))
    table["self_score"] = f"{table['self_score']}分"


def as_floats(table: Table) -> None:
    """Weights and scores as binary floats."""
    for each in table["indicators"]:
        each.update(weight=float(each["weight"]), score=float(each["score"]))
    table["self_score"] = float(table["self_score"])


def merged(table: Table) -> None:
    """Level-1 cells merged: named in the first row only."""
    above = None
    for each in table["indicators"]:
        above, each["level1"] = each["level1"], None if each["level1"] == above else each["level1"]


def total_among_rows(table: Table) -> None:
    """The total as a row of the indicators."""
    table["indicators"].append({"level1": "合计", "weight": 100, "score": table.pop("self_score")})


def execution_as_row(table: Table) -> None:
    """Execution as an indicator row and without points in the money block."""
    printed = table["budget_published"]
    score = printed.pop("bs")
    printed.pop("bw")
    table["indicators"].append({"level1": "预算执行", "level2": "预算执行率", "target": None, "actual": printed["rate"],
                                "weight": 10, "score": score})  # fmt: skip


def execution_twice(table: Table) -> None:
    """Execution's points in the money block and again as an indicator row."""
    score = table["budget_published"]["bs"]
    table["indicators"].append({"level1": "预算执行", "level3": "预算执行率", "weight": 10, "score": score})


def own_total(table: Table) -> None:
    """The total row repeated at the head of the sources."""
    printed = table["budget_published"]
    row = {"item": "年度资金总额", "published": f"{printed['adjusted']}/{printed['executed']}"}
    table["budget_breakdown"].insert(0, row)


DRESSES = {dress.__name__: dress for dress in (
    full_width, grouped, unit_in_cell, in_yuan, bare_rate, rate_as_share, three_columns, with_rates, as_texts, as_floats,
    merged, total_among_rows, execution_as_row, execution_twice, own_total)}  # fmt: skip


def follow(table: Table, rate: Decimal | None = None) -> None:
    """Let execution's score and the total follow what was planted, so that nothing else disagrees."""
    printed = table["budget_published"]
    if rate is not None:
        printed["rate"] = f"{rate}%"
        printed["bs"] = str(half_up(min(rate, Decimal(100)) / 10))
    table["self_score"] = sum((r["score"] for r in table["indicators"]), Decimal(printed["bs"]))


def heavier_row(table: Table) -> None:
    """One row weighs ten points more: 110."""
    table["indicators"][0]["weight"] += 10
    table["indicators"][0]["score"] += 10
    follow(table)


def wrong_total(table: Table) -> None:
    """The total is a point too high."""
    table["self_score"] += 1


def score_above_weight(table: Table) -> None:
    """A row scores more than it weighs."""
    table["indicators"][0]["score"] += 1
    follow(table)


def wrong_rate(table: Table) -> None:
    """The rate does not follow from the amounts; its score follows the rate."""
    rate = Decimal(table["budget_published"]["rate"].rstrip("%"))
    follow(table, rate - 5 if rate >= 50 else rate + 5)


def rate_above_nothing(table: Table) -> None:
    """A rate stands above a budget of zero."""
    table["budget_published"].update(adjusted="0", annual="0", executed="0")
    table["budget_breakdown"] = []
    follow(table, Decimal(100))


def wrong_execution_score(table: Table) -> None:
    """Execution scores what its rate does not give."""
    printed = table["budget_published"]
    score = Decimal(printed["bs"])
    printed["bs"] = str(score - 1 if score >= 5 else score + 1)
    follow(table)


def overspent(table: Table) -> None:
    """A tenth more was executed than budgeted."""
    printed = table["budget_published"]
    adjusted = Decimal(printed["adjusted"])
    printed["executed"] = str(adjusted * Decimal("1.1"))
    table["budget_breakdown"] = []
    follow(table, Decimal("110.00"))


def missed_with_full_points(table: Table) -> None:
    """The first row missed its target and kept its points."""
    table["indicators"][0]["actual"] = "119人"


def lost_without_reason(table: Table) -> None:
    """The first row reached its target and lost a point."""
    table["indicators"][0]["score"] -= Decimal("0.5")
    table["indicators"][0]["deviation_reason"] = "无"
    follow(table)


def copied(table: Table) -> None:
    """The result repeats the objective, with another punctuation."""
    table["actual_objective"] = "改善办学条件，受益学生不少于735人"


def copied_by_note(table: Table) -> None:
    """The editor noted that the result repeats the objective."""
    table["actual_objective"] = "（与年度目标逐字相同）"


def source_too_large(table: Table) -> None:
    """One source has a hundred 元 too many."""
    first = table["budget_breakdown"][0]
    budget, executed = first["published"].split("/")
    first["published"] = f"{Decimal(budget) + CENT}/{executed}"


def spent_source_too_large(table: Table) -> None:
    """One source spent a hundred 元 too many."""
    first = table["budget_breakdown"][0]
    budget, executed = first["published"].split("/")
    first["published"] = f"{budget}/{Decimal(executed) + CENT}"


def empty_total_row(table: Table) -> None:
    """The total row was never added up."""
    table["budget_published"].update(annual="0", adjusted="0", executed="0")
    follow(table, Decimal(0))


def words_for_amount(table: Table) -> None:
    """Words stand where the annual budget belongs."""
    table["budget_published"]["annual"] = "参见附件1"


def misread_amount(table: Table) -> None:
    """A figure was misread by a scanner."""
    table["budget_breakdown"].append({"item": "社会资金", "published": "M.8/0"})


DEFECTS = {
    heavier_row: "weights_sum_100", wrong_total: "scores_sum_total", score_above_weight: "score_le_weight",
    wrong_rate: "execution_rate", rate_above_nothing: "execution_rate", wrong_execution_score: "execution_score",
    overspent: "executed_le_budget", missed_with_full_points: "score_vs_attainment",
    lost_without_reason: "score_vs_attainment", copied: "objective_copied", copied_by_note: "objective_copied",
    source_too_large: "breakdown_sum", spent_source_too_large: "breakdown_sum_executed",
    empty_total_row: "total_row_vs_subrow", words_for_amount: "amount_readable", misread_amount: "amount_readable",
}  # fmt: skip
