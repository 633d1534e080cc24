"""Bring one published object, however oddly typed, into the system's own form; nothing here refuses or raises."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from jiheng.rules.published.figures import (
    NOTE,
    Figure,
    Rate,
    amount,
    cell,
    choose_unit,
    points,
    rate,
    table_unit,
)
from jiheng.rules.published.form import Budget, PublishedForm, Row, Source, Unread
from jiheng.rules.reading import Target, is_blank, plain, read_target

AMOUNTS = {"annual": "年初预算数", "adjusted": "全年预算数", "executed": "全年执行数", "received": "到位资金"}
SPLIT = re.compile(r"[/／]")
SPLIT_MORE = re.compile(r"[|｜;；]")
LABELLED = re.compile(
    r"^(?:年初|全年|年度|调整后?|实际|已)?(?:预算数?|执行数?|支出数?|到位数?|下达数?|支付数?)(?:为|[:：])? ?(?=[-0-9０-９])"
)
ACTUAL_LEAD = re.compile(r"^(?:实际|已|全年|累计|共|均|全部)*(?:完成率|完成|达到|达|为)?(?=[≥≤=<>0-9])")
YEARS = range(1949, 2120)
UNIT_STEPS = (Decimal(10**4), Decimal(10**8))
LIST_CUT = re.compile(
    r"(?:其余|其他|部分|只见|仅见)[^;,。;]{0,8}(?:分项|来源|险种|乡镇|科目|明细|项目)?[^;,。]{0,6}(?:摘录外|未见|不可见|截断|未收|未列)"
    r"|(?:分项|来源|明细|分配表|拨款)[^;,。]{0,8}(?:摘录外|不可见|截断|未见|不全|不完整)"
)
HEADINGS = frozenset(
    {
        "一级指标",
        "二级指标",
        "三级指标",
        "指标名称",
        "指标内容",
        "分值",
        "权重",
        "得分",
        "年度指标值",
        "指标值",
        "实际完成值",
        "全年实际值",
        "完成值",
    }
)
PLACEHOLDER_NAME = re.compile(r"(?:(?:指标|目标)?[0-9一二三四五六七八九十]*[:：.、]?)(?:[.…。]+|[-—/]+|无)?")

CELLS = ("level1", "level2", "level3", "target", "actual", "weight", "score")
SOURCE_KEYS = frozenset({"item", "name", "source", "label", "published", "amount", "value", "amount_wan"})
TABLE_KEYS = frozenset({"indicators", "budget", "budget_published", "budget_breakdown", "annual_objective",
                        "actual_objective", "doc_type", "project_name", "self_score", "weight_total_published"})  # fmt: skip
REPORT_KEYS = {"object": "project_name", "report_type": "doc_type", "indicator_system": "indicators",
               "total_score": "self_score", "indicator_table_fully_visible": "complete"}  # fmt: skip
REPORT_AMOUNTS = {"amount_published": "annual", "executed_published": "executed", "execution_rate_published": "rate",
                  "amount_unit": "unit"}  # fmt: skip


def is_table(raw: Mapping[str, object]) -> bool:
    """Whether the object has any part of a goal or self-evaluation table, or is a report with such a table."""
    return not TABLE_KEYS.isdisjoint(raw) or "indicator_system" in raw


def _as_table(raw: Mapping[str, object]) -> Mapping[str, object]:
    """An evaluation report's table under the names of a self-evaluation's; other objects as they are."""
    if "indicator_system" not in raw or "indicators" in raw:
        return raw
    table = {ours: raw.get(theirs) for theirs, ours in REPORT_KEYS.items() if theirs in raw}
    budget = {ours: raw.get(theirs) for theirs, ours in REPORT_AMOUNTS.items()}
    return {**raw, **table, "doc_type": f"{cell(raw.get('report_type'))}评价报告", "budget_published": budget}


def enter(raw: Mapping[str, object]) -> PublishedForm:
    """The published object in the system's own form; what is printed and cannot be read stands in `unread`."""
    raw = _as_table(raw)
    unread: list[Unread] = []
    rows = _rows(raw.get("indicators"), _year(raw.get("fiscal_year")), unread)
    budget = _with_rate(_budget(raw, unread), rows)
    rows, budget = _scaled(rows, budget)
    total_rows = [row for row in rows if row.is_grand_total]
    self_score, weight_total = points(raw.get("self_score")), points(raw.get("weight_total_published"))
    _note_unread(unread, {"自评总分": self_score, "分值合计": weight_total})
    return PublishedForm(
        form=_which_form(raw, rows, budget),
        project_name=cell(raw.get("project_name")),
        source=cell(raw.get("source")),
        budget=budget,
        sources=_sources(raw.get("budget_breakdown"), budget.unit, unread),
        objective=cell(raw.get("annual_objective")),
        result=cell(raw.get("actual_objective")),
        rows=tuple(row for row in rows if not row.is_total),
        total_row=total_rows[-1] if total_rows else None,
        self_score=self_score,
        weight_total=weight_total,
        complete=_is_true(raw.get("complete")),
        list_cut=LIST_CUT.search(plain(cell(raw.get("notes")))) is not None,
        unread=tuple(unread),
    )


def _is_true(value: object) -> bool:
    return value is True or cell(value).lower() in {"true", "是", "yes", "1"}


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}


def _sequence(value: object) -> Sequence[object]:
    if isinstance(value, Mapping):
        return [value]
    return value if isinstance(value, Sequence) and not isinstance(value, str | bytes) else []


def _year(value: object) -> int | None:
    found = re.search(r"[0-9]{4}", plain(cell(value)))
    return int(found[0]) if found and int(found[0]) in YEARS else None


def _which_form(raw: Mapping[str, object], rows: Sequence[Row], budget: Budget) -> str:
    """F1 or F2 for goals, F5 or F6 for results: by the table's own title, else by what it holds."""
    title = cell(raw.get("doc_type"))
    whole = "整体" in title and ("部门" in title or "单位" in title)
    result = bool(re.search("自评|完成情况|评价报告|监控|执行|评分", title))
    if not result and not re.search("目标|下达|指标表", title):
        filled = any(row.actual_text or row.score.value is not None for row in rows)
        result = filled or budget.executed.value is not None
    return ("F6" if whole else "F5") if result else ("F2" if whole else "F1")


def _note_unread(unread: list[Unread], figures: Mapping[str, Figure | Rate]) -> None:
    unread.extend(Unread(where, f.text, f.problem) for where, f in figures.items() if f.problem)


def _budget(raw: Mapping[str, object], unread: list[Unread]) -> Budget:
    """The money block. What was printed goes first; the 万元 figures beside it stand in where nothing was kept."""
    printed, given = _mapping(raw.get("budget_published")), _mapping(raw.get("budget"))
    unit = choose_unit(printed, given)
    amounts = {key: _amount(printed.get(key), given.get(f"{key}_wan"), unit) for key in AMOUNTS}
    budget = Budget(
        unit=unit,
        **amounts,
        rate=_first_rate(printed.get("rate"), given.get("execution_rate_published")),
        weight=_first_points(printed.get("bw"), given.get("execution_weight")),
        score=_first_points(printed.get("bs"), given.get("execution_score")),
    )
    _note_unread(unread, {f"项目资金·{label}": amounts[key] for key, label in AMOUNTS.items()})
    _note_unread(
        unread, {"执行率": budget.rate, "预算执行·分值": budget.weight, "预算执行·得分": budget.score}
    )
    return budget


def _with_rate(budget: Budget, rows: Sequence[Row]) -> Budget:
    """Where the money block prints no rate, the one that an execution row among the indicators prints."""
    executions = [row for row in rows if row.is_execution]
    if budget.rate.text or len(executions) != 1:
        return budget
    printed = rate(executions[0].actual_text)
    return replace(budget, rate=printed) if printed.readings else budget


def _amount(printed: object, given: object, unit: str) -> Figure:
    figure, fallback = amount(printed, unit), amount(given, "万元")
    if figure.value is not None and fallback.value is not None and _unit_step(figure.value, fallback.value):
        scale = fallback.value / figure.value
        return replace(fallback, text=figure.text, half=figure.half * scale)
    if figure.value is not None or fallback.value is None:
        return figure if figure.text or not fallback.text else fallback
    return replace(
        fallback, text=figure.text or fallback.text, problem=figure.problem, inexact=figure.inexact
    )


def _unit_step(one: Decimal, other: Decimal) -> bool:
    """Whether two amounts are the same figure in different units, so that the one in 万元 beside it says which."""
    return bool(one and other) and any(one in (other * step, other / step) for step in UNIT_STEPS)


def _first_points(printed: object, given: object) -> Figure:
    figure = points(printed)
    return figure if figure.value is not None or figure.problem else points(given)


def _first_rate(printed: object, given: object) -> Rate:
    figure = rate(printed)
    return figure if figure.readings or figure.problem else rate(given)


def _sources(value: object, table: str, unread: list[Unread]) -> tuple[Source, ...]:
    """The rows below the total. Several figures of a row are printed side by side: 90/89.974/89.974."""
    sources = []
    if isinstance(value, Mapping) and SOURCE_KEYS.isdisjoint(value):
        value = [{"item": name, "published": figure} for name, figure in value.items()]
    for number, raw in enumerate(_sequence(value), start=1):
        entry = _mapping(raw) or {"published": raw}
        name = next((cell(entry[k]) for k in ("item", "name", "source", "label") if cell(entry.get(k))), "")
        named = re.search(r"\(([^()]*元)\)", plain(name))
        unit = table_unit(named[1]) if named else table
        texts = _figure_texts(entry)
        figures = tuple(amount(text, unit) for text in texts)
        source = Source(name or f"第{number}项", "/".join(texts), figures)
        _note_unread(unread, {f"资金来源·{source.name}": f for f in figures if f.problem})
        sources.append(source)
    return tuple(sources)


def _figure_texts(entry: Mapping[str, object]) -> list[str]:
    for key in ("published", "amount", "value", "amount_wan"):
        text = cell(entry.get(key))
        if text:
            parts = [text] if is_blank(text) else _parts(text)
            return [part for part in parts if not plain(part).endswith("%")]
    return [cell(entry.get(key)) for key in ("annual", "adjusted", "executed") if cell(entry.get(key))]


def _parts(text: str) -> list[str]:
    """Figures printed side by side, with slashes, bars or semicolons between, or a word before each (预算90，执行80)."""
    for sign in (SPLIT, SPLIT_MORE):
        parts = [part.strip() for part in sign.split(text)]
        if len(parts) > 1:
            return [LABELLED.sub("", part) for part in parts]
    parts = [part.strip() for part in re.split("[，,、\\s]+", text)]
    labelled = [LABELLED.sub("", part) for part in parts]
    all_named = len(parts) > 1 and all(a != b for a, b in zip(parts, labelled, strict=True))
    return labelled if all_named else [text]


def _rows(value: object, year: int | None, unread: list[Unread]) -> list[Row]:
    """Indicator rows; a blank first level under a merged cell takes the one above."""
    rows: list[Row] = []
    above = ""
    for number, raw in enumerate(_sequence(value), start=1):
        entry = _mapping(raw)
        if _is_heading(entry) or _is_empty(entry):
            continue
        level1 = cell(entry.get("level1"))
        above = above if is_blank(level1) else level1
        rows.append(_row(number, above, entry, year))
        row = rows[-1]
        where = f"绩效指标第{number}行·{row.name}"
        _note_unread(unread, {f"{where}·分值": row.weight, f"{where}·得分": row.score})
        for label, target in (("指标值", row.target), ("完成值", row.actual)):
            if target.kind == "unreadable" and not is_blank(target.text):
                unread.append(
                    Unread(f"{where}·{label}", target.text, target.problem.message if target.problem else "")
                )
    return rows


def _texts(entry: Mapping[str, object], *keys: str) -> list[str]:
    return [plain(cell(entry.get(key))).replace(" ", "") for key in keys]


def _is_heading(entry: Mapping[str, object]) -> bool:
    """Whether the table's heading was printed again in the middle, as at the top of a page."""
    said = [text for text in _texts(entry, *CELLS) if text]
    return len(said) > 1 and all(text in HEADINGS for text in said)


def _is_empty(entry: Mapping[str, object]) -> bool:
    """Whether it is a line of the blank form that was left over: 指标2: or …… and nothing else."""
    name = _texts(entry, "level3")[0]
    rest = _texts(entry, "target", "actual", "weight", "score")
    return all(is_blank(text) for text in rest) and PLACEHOLDER_NAME.fullmatch(name) is not None


def _row(number: int, level1: str, entry: Mapping[str, object], year: int | None) -> Row:
    target, actual = cell(entry.get("target")), cell(entry.get("actual"))
    unit = cell(entry.get("unit"))
    return Row(
        number=number,
        level1=level1,
        level2=cell(entry.get("level2")),
        level3=cell(entry.get("level3")),
        target_text=target,
        unit="" if is_blank(unit) else unit,
        actual_text=actual,
        target=read_target(target, unit=unit, year=year),
        actual=_actual(actual, year),
        weight=points(entry.get("weight")),
        score=points(entry.get("score")),
        reason=cell(entry.get("deviation_reason")),
    )


def _actual(text: str, year: int | None) -> Target:
    """The actual value: 已完成5次, 98%（抽样） say 5次 and 98%."""
    bare = ACTUAL_LEAD.sub("", plain(text))
    reading = read_target(bare, year=year)
    if reading.kind == "unreadable" and NOTE.search(bare):
        noted = read_target(NOTE.sub("", bare).strip(), year=year)
        reading = noted if noted.kind == "quantitative" else reading
    return replace(reading, text=text)


def _scaled(rows: list[Row], budget: Budget) -> tuple[list[Row], Budget]:
    """Weights printed as shares of one (0.1 for ten points) as points, where the scores beside them are points."""
    weights = [row.weight.value for row in rows if row.weight.value is not None and not row.is_total]
    scores = [row.score.value for row in rows if row.score.value is not None and not row.is_total]
    shares = len(weights) > 1 and all(w < 1 for w in weights) and Decimal("0.8") <= sum(weights) <= 1
    if not shares or (scores and max(scores) <= 1):
        return rows, budget
    if budget.weight.value is not None and budget.weight.value < 1:
        budget = replace(budget, weight=_times_100(budget.weight))
    return [replace(row, weight=_times_100(row.weight)) for row in rows], budget


def _times_100(figure: Figure) -> Figure:
    return (
        figure if figure.value is None else replace(figure, value=figure.value * 100, half=figure.half * 100)
    )
