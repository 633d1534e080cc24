"""Made-up published tables: clean ones in every dress, and defects planted one at a time."""

from collections.abc import Callable
from copy import deepcopy
from decimal import ROUND_HALF_UP, Decimal
from random import Random
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


def clean_table(chance: Random) -> Table:
    """A self-evaluation without an inconsistency: reached rows full, missed rows in proportion, sums that agree."""
    count = chance.randint(3, 9)
    weights = share(90, [chance.randint(1, 9) for _ in range(count)])
    rows = [row(REACHED[0], weights[0], Decimal(weights[0]))]
    for weight in weights[1:]:
        kind = chance.choice(["reached", "missed", "words", "reason"])
        if kind == "missed":
            name = chance.choice(MISSED)
            rows.append(row(name, weight, half_up(Decimal(weight) * name[5] / name[6])))
        elif kind == "words":
            rows.append(row(chance.choice(WORDS), weight, Decimal(weight)))
        elif kind == "reason":
            rows.append(row(chance.choice(REACHED), weight, Decimal(weight) - 1 / Decimal(2), "佐证材料不全"))
        else:
            rows.append(row(chance.choice(REACHED), weight, Decimal(weight)))
    sources = [chance.randint(1000, 10**7) for _ in range(chance.randint(2, 4))]
    spent = [amount * chance.randint(3, 100) // 100 for amount in sources]
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


def clean_tables() -> st.SearchStrategy[Table]:
    """Clean tables for Hypothesis, one a seed."""
    return st.integers(0, 2**32).map(lambda seed: clean_table(Random(seed)))


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
    table["budget_published"]["rate"] = str(Decimal(rate).scaleb(-2))


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


def amounts_in_words(table: Table) -> None:
    """Words before the amounts and a stop behind them."""
    reprint(table, lambda text: f"共计{text}万元。")


def broken_over_lines(table: Table) -> None:
    """Figures that a narrow column broke inside a group of three."""
    reprint(table, lambda text: f"{Decimal(text):,}".replace(",", ",\n", 1))


def executed_in_yuan(table: Table) -> None:
    """Only what was executed is printed in 元, which the 万元 figure beside it shows."""
    printed = table["budget_published"]
    executed = Decimal(printed["executed"])
    table["budget"] = {"executed_wan": executed}
    printed["executed"] = f"{executed * 10000:f}"


def dashes(table: Table) -> None:
    """What is empty is a dash, a slash or 无."""
    table["budget_published"]["received"] = "—"
    table["budget_breakdown"].append({"item": "社会资金", "published": "/"})
    for each, blank in zip(table["indicators"], ["/", "无", "——", "-"] * 9, strict=False):
        each["deviation_reason"] = each["deviation_reason"] or blank


def subtotals(table: Table) -> None:
    """A subtotal after the first row and a total at the end."""
    first = table["indicators"][0]
    table["indicators"].insert(1, {"level1": "产出指标", "level3": "小计", "weight": first["weight"], "score": first["score"]})  # fmt: skip
    table["indicators"].append({"level1": "总分", "weight": "100", "score": table["self_score"]})


def heading_again(table: Table) -> None:
    """The heading printed again where the page turned."""
    table["indicators"].insert(1, {"level1": "一级指标", "level2": "二级指标", "level3": "三级指标", "target": "年度指标值",
                                   "actual": "实际完成值", "weight": "分值", "score": "得分"})  # fmt: skip


def lines_left_over(table: Table) -> None:
    """Empty lines of the blank form."""
    blank = {"level1": None, "level2": "质量指标", "target": "", "actual": None, "weight": "", "score": "/"}
    table["indicators"].insert(1, {**blank, "level3": "指标2："})
    table["indicators"].append({**blank, "level3": "……"})


def weights_as_percent(table: Table) -> None:
    """Weights with a per cent sign."""
    for each in table["indicators"]:
        each["weight"] = f"{each['weight']}%"
    table["budget_published"]["bw"] = "10%"


def weights_as_shares(table: Table) -> None:
    """Weights as shares of one, scores as points."""
    for each in table["indicators"]:
        each["weight"] = Decimal(each["weight"]) / 100
    table["budget_published"]["bw"] = "0.1"


def two_decimals(table: Table) -> None:
    """Weights and scores with two decimals, as texts."""
    for each in table["indicators"]:
        each.update(weight=f"{each['weight']}.00", score=f"{each['score']:.2f}")


def annual_only(table: Table) -> None:
    """No adjusted budget."""
    table["budget_published"]["adjusted"] = ""


def raised_in_the_year(table: Table) -> None:
    """The budget was raised in the year; execution goes by the adjusted one."""
    printed = table["budget_published"]
    printed["annual"] = str((Decimal(printed["adjusted"]) / 2).quantize(CENT))


def whole_rate(table: Table) -> None:
    """The rate without decimals; the score from the unrounded one."""
    printed = table["budget_published"]
    exact = Decimal(printed["executed"]) * 100 / Decimal(printed["adjusted"])
    printed["rate"] = f"{half_up(exact, 0)}%"


def sources_in_two_levels(table: Table) -> None:
    """The first source split into 其中 rows, which are no money of their own."""
    budget, executed = table["budget_breakdown"][0]["published"].split("/")
    half = [(Decimal(x) / 2).quantize(CENT) for x in (budget, executed)]
    rest = [Decimal(x) - h for x, h in zip((budget, executed), half, strict=True)]
    table["budget_breakdown"][1:1] = [{"item": "其中：一般公共预算", "published": f"{half[0]}/{half[1]}"},
                                      {"item": "政府性基金", "published": f"{rest[0]}/{rest[1]}"}]  # fmt: skip


def taken_back(table: Table) -> None:
    """A negative source: money taken back."""
    first = table["budget_breakdown"][0]
    budget, executed = (Decimal(x) for x in first["published"].split("/"))
    first["published"] = f"{budget + 5}/{executed}"
    table["budget_breakdown"].append({"item": "收回资金", "published": "-5/0"})


def one_weight_for_two(table: Table) -> None:
    """Two rows under one merged weight, each with its own score."""
    first = table["indicators"][0]
    second = row(REACHED[1], 0, first["score"] - 1)
    second["weight"] = None
    first["score"] = Decimal(1)
    table["indicators"].insert(1, second)


def one_score_for_two(table: Table) -> None:
    """Two rows under one merged score."""
    first, second = table["indicators"][:2]
    first["score"] += second["score"]
    second["score"] = None


def total_with_grade(table: Table) -> None:
    """The total with its unit and grade."""
    table["self_score"] = f"{table['self_score']}分（优）"


def objective_taken_up(table: Table) -> None:
    """The result takes up the objective's words and goes on."""
    table["actual_objective"] = table["annual_objective"] + "已于年底前全部完成。"


def done_in_words(table: Table) -> None:
    """Actual values with a word before and a note behind."""
    for each in table["indicators"]:
        if str(each["actual"])[:1].isdigit():
            each["actual"] = f"已完成{each['actual']}（据实）"


def only_what_is_there(table: Table) -> None:
    """Nothing but the keys that say something."""
    for key in ("region", "fiscal_year", "budget", "weight_total_published", "notes"):
        table.pop(key)
    for each in table["indicators"]:
        for key in [key for key, value in each.items() if value is None]:
            each.pop(key)


def half_filled(table: Table) -> None:
    """The lower half was never filled in."""
    for each in table["indicators"][1:]:
        each.update(actual=None, score=None, deviation_reason=None)
    table["self_score"] = None


def misread_values(table: Table) -> None:
    """A scanner took ≥ for a figure and a sign for a letter; the rows stand as scored."""
    weight = table["indicators"][0]["weight"]
    table["indicators"][0].update(target="290%", actual="98%", level3="群众满意度", weight=weight)
    table["indicators"][-1].update(
        target="工5%", actual="5=50%", score=Decimal(table["indicators"][-1]["weight"])
    )
    table["indicators"][-1]["deviation_reason"] = None
    follow(table)


def about(table: Table) -> None:
    """Values that are only about a figure."""
    table["indicators"][0].update(target="120余人", actual="118人")
    table["budget_published"]["received"] = "约5000万元"


def named_figures(table: Table) -> None:
    """Each figure of a source named in its cell."""
    reprint_sources(table, lambda text: "预算{}万元，执行{}万元".format(*text.split("/")))


DRESSES = {dress.__name__: dress for dress in (
    full_width, grouped, unit_in_cell, in_yuan, bare_rate, rate_as_share, three_columns, with_rates, as_texts, as_floats,
    merged, total_among_rows, execution_as_row, execution_twice, own_total, amounts_in_words, broken_over_lines,
    executed_in_yuan, dashes, subtotals, heading_again, lines_left_over, weights_as_percent, weights_as_shares, two_decimals,
    annual_only, raised_in_the_year, whole_rate, sources_in_two_levels, taken_back, one_weight_for_two, one_score_for_two,
    total_with_grade, objective_taken_up, done_in_words, only_what_is_there, half_filled, misread_values, about,
    named_figures)}  # fmt: skip


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


def rows_of_95(table: Table) -> None:
    """Rows add up to 95 and no execution's points are to be seen."""
    for key in ("bw", "bs"):
        table["budget_published"].pop(key)
    table["indicators"][0]["weight"] += 5
    table["indicators"][0]["score"] += 5
    table["self_score"] = None


def heavier_execution(table: Table) -> None:
    """Execution weighs 20 beside rows of 90."""
    printed = table["budget_published"]
    printed.update(bw="20", bs=str(half_up(Decimal(printed["rate"].rstrip("%")) / 5)))
    follow_rows(table)


def follow_rows(table: Table) -> None:
    """The total as the rows and execution's printed score give it."""
    table["self_score"] = sum(
        (r["score"] for r in table["indicators"]), Decimal(table["budget_published"]["bs"])
    )


def total_a_hundredth_off(table: Table) -> None:
    """The total is 0.01 too low."""
    table["self_score"] -= CENT


def execution_above_its_weight(table: Table) -> None:
    """Execution scores half a point more than it weighs, at a rate that gives as much."""
    printed = table["budget_published"]
    adjusted = Decimal(printed["adjusted"])
    printed.update(
        annual=str(adjusted * 2),
        adjusted=str(adjusted * 2),
        executed=str(adjusted * 2),
        rate="105%",
        bs="10.5",
    )
    table["budget_breakdown"] = []
    printed.update(executed="", received="")
    follow_rows(table)


def rate_by_the_annual_budget(table: Table) -> None:
    """The rate was taken of the annual budget though the adjusted one is twice as large."""
    printed = table["budget_published"]
    printed["adjusted"] = str(Decimal(printed["adjusted"]) * 2)
    table["budget_breakdown"] = []


def rate_a_unit_off(table: Table) -> None:
    """The rate's last decimal is one unit off."""
    rate = Decimal(table["budget_published"]["rate"].rstrip("%"))
    table["budget_published"]["rate"] = f"{rate + CENT if rate < 50 else rate - CENT}%"


def score_rounded_to_whole_points(table: Table) -> None:
    """Execution's score was rounded to whole points, or off by half a point where it was whole."""
    printed = table["budget_published"]
    whole = half_up(Decimal(printed["bs"]), 0)
    near = abs(whole - Decimal(printed["bs"])) < Decimal("0.1")
    printed["bs"] = str(whole - Decimal("0.5") if near and whole >= 1 else whole + (1 if near else 0))
    follow_rows(table)


def spent_above_a_printed_nought(table: Table) -> None:
    """The budget is printed as 0.00 and money was spent; no rate."""
    printed = table["budget_published"]
    printed.update(annual="0.00", adjusted="0.00", rate="", bs="")
    table["budget_breakdown"] = []
    table["self_score"] = None


def missed_in_another_unit(table: Table) -> None:
    """1,900 米 where 2 公里 were to be built, with full points."""
    table["indicators"][0].update(level3="新建道路", target="不少于2公里", actual="1900米")


def too_dear_with_full_points(table: Table) -> None:
    """A cost above its ceiling with full points."""
    table["indicators"][0].update(level2="成本指标", level3="建设成本", target="≤30万元", actual="30.5万元")


def accident_with_full_points(table: Table) -> None:
    """One accident where none was to happen, with full points."""
    table["indicators"][0].update(level2="社会效益指标", level3="安全事故发生数", target="0起", actual="1起")


def equal_and_less_points(table: Table) -> None:
    """The very figure that was aimed at, with fewer points and no reason."""
    table["indicators"][0].update(target="42个", actual="42", deviation_reason=None)
    table["indicators"][0]["score"] -= Decimal("0.5")
    follow(table)


def copied_in_full_width(table: Table) -> None:
    """The result repeats the objective in full-width signs, over two lines."""
    table["actual_objective"] = table["annual_objective"].replace(",", "，\n").translate(FULL_WIDTH)


def last_source_left_out(table: Table) -> None:
    """The last of three sources is not printed, or only half of the second; what was spent is all there."""
    rows = table["budget_breakdown"]
    if len(rows) == 2:
        budget, spent = rows[1]["published"].split("/")
        rows[1]["published"] = f"{(Decimal(budget) / 2).quantize(CENT)}/{spent}"
        return
    _, executed = rows.pop()["published"].split("/")
    budget, spent = rows[0]["published"].split("/")
    rows[0]["published"] = f"{budget}/{Decimal(spent) + Decimal(executed)}"


def empty_annual_total(table: Table) -> None:
    """Of three columns, the annual one was never added up."""
    three_columns(table)
    table["budget_published"]["annual"] = "0"


def no_figure(table: Table) -> None:
    """Letters for digits in a source."""
    table["budget_breakdown"].append({"item": "社会资金", "published": "1O.5/0"})


def template_left_in(table: Table) -> None:
    """The template's stars stand where the annual budget belongs."""
    table["budget_published"]["annual"] = "**万元"


DEFECTS = {
    heavier_row: "weights_sum_100", wrong_total: "scores_sum_total", score_above_weight: "score_le_weight",
    wrong_rate: "execution_rate", rate_above_nothing: "execution_rate", wrong_execution_score: "execution_score",
    overspent: "executed_le_budget", missed_with_full_points: "score_vs_attainment",
    lost_without_reason: "score_vs_attainment", copied: "objective_copied", copied_by_note: "objective_copied",
    source_too_large: "breakdown_sum", spent_source_too_large: "breakdown_sum_executed",
    empty_total_row: "total_row_vs_subrow", words_for_amount: "amount_readable", misread_amount: "amount_readable",
    rows_of_95: "weights_sum_100", heavier_execution: "weights_sum_100", total_a_hundredth_off: "scores_sum_total",
    execution_above_its_weight: "score_le_weight", rate_by_the_annual_budget: "execution_rate",
    rate_a_unit_off: "execution_rate", score_rounded_to_whole_points: "execution_score",
    spent_above_a_printed_nought: "executed_le_budget", missed_in_another_unit: "score_vs_attainment",
    too_dear_with_full_points: "score_vs_attainment", accident_with_full_points: "score_vs_attainment",
    equal_and_less_points: "score_vs_attainment", copied_in_full_width: "objective_copied",
    last_source_left_out: "breakdown_sum", empty_annual_total: "total_row_vs_subrow", no_figure: "amount_readable",
    template_left_in: "amount_readable",
}  # fmt: skip

Defect = Callable[[Table], None]
FIRST_ROW: set[Defect] = {missed_with_full_points, lost_without_reason, missed_in_another_unit, too_dear_with_full_points,
             accident_with_full_points, equal_and_less_points, score_above_weight}  # fmt: skip
TOTALS: set[Defect] = {wrong_total, total_a_hundredth_off}
NO_SOURCES: set[Defect] = {overspent, rate_above_nothing, rate_by_the_annual_budget, spent_above_a_printed_nought,
              execution_above_its_weight}  # fmt: skip
NO_AMOUNT: set[Defect] = {words_for_amount, template_left_in, misread_amount, no_figure}
COPIES: set[Defect] = {copied, copied_by_note, copied_in_full_width}
HIDES: dict[str, set[Defect]] = {
    # dresses that print over what a defect changed, or in which the checked figures are not there
    "half_filled": TOTALS | {score_above_weight},
    "one_weight_for_two": FIRST_ROW | {heavier_row, rows_of_95, heavier_execution},
    "one_score_for_two": FIRST_ROW | TOTALS,
    "misread_values": FIRST_ROW | TOTALS | {rows_of_95, spent_above_a_printed_nought},
    "about": FIRST_ROW - {score_above_weight},
    "objective_taken_up": COPIES,
    "whole_rate": NO_SOURCES | {empty_total_row, wrong_rate, rate_a_unit_off},
    "annual_only": {rate_by_the_annual_budget, empty_annual_total},
    "raised_in_the_year": {empty_annual_total, words_for_amount, template_left_in},
    "named_figures": {empty_annual_total, misread_amount, no_figure},
    "three_columns": {empty_annual_total},
    "own_total": {empty_annual_total},
    "sources_in_two_levels": NO_SOURCES | {empty_annual_total},
    "taken_back": NO_SOURCES | {empty_annual_total},
    "execution_twice": {rows_of_95, heavier_execution, execution_above_its_weight},
    "execution_as_row": {rows_of_95, heavier_execution},
    "unit_in_cell": {heavier_execution, execution_above_its_weight},
    "weights_as_percent": {heavier_execution},
    "weights_as_shares": {heavier_execution},
    "amounts_in_words": {execution_above_its_weight},
    "as_floats": {rows_of_95, spent_above_a_printed_nought},
    "rate_as_share": {spent_above_a_printed_nought},
    "broken_over_lines": NO_AMOUNT | {execution_above_its_weight},
    "grouped": NO_AMOUNT | {execution_above_its_weight},
    "in_yuan": NO_AMOUNT | {execution_above_its_weight},
    "executed_in_yuan": {execution_above_its_weight},
}  # fmt: skip
"""A defect and a dress that do not go together."""


def goes_with(defect: Callable[[Table], None], dress: str) -> bool:
    """Whether the defect is still there, and the only one, under the dress."""
    return defect not in HIDES.get(dress, set())
