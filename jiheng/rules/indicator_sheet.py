"""The sheet of an indicator of the library: what stands on it, and what keeps it from being checked later."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from types import MappingProxyType

from jiheng.rules.chinese import index_of
from jiheng.rules.formula import FormulaFault, read_formula, sample_faults
from jiheng.rules.scoring.method import OPERATORS, NotScored, as_operator
from jiheng.rules.scoring.registry import METHODS, method_named

_BAR = re.compile("[|｜\\t]")
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
COMMON_SECTOR = "通用"
DIRECTIONS: Mapping[str, str] = MappingProxyType(
    {"positive": "正向", "reverse": "反向", "moderate": "适度", "none": "不分方向"}
)
"""正向 the larger the better, 反向 the smaller, 适度 the nearer to the value; 不分方向 is judged by tier."""
FREQUENCIES: Mapping[str, str] = MappingProxyType(
    {"event": "按次", "month": "每月", "quarter": "每季度", "half": "每半年", "year": "每年"}
)
REFERENCE_KINDS: Mapping[str, str] = MappingProxyType(
    {"plan": "计划标准", "industry": "行业标准", "history": "历史标准", "other": "其他标准"}
)
RANKS: Mapping[str, str] = MappingProxyType({"core": "核心指标", "ordinary": "一般指标"})
"""核心 stands most for what is evaluated: offered first, and asked for where a place says so."""
_DIRECTIONS_OF: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        ">=": ("positive",),
        ">": ("positive",),
        "<=": ("reverse",),
        "<": ("reverse",),
        "=": ("positive", "reverse", "moderate"),
        "range": ("moderate",),
        "qualitative": ("none",),
    }
)
MUST: Mapping[str, str] = MappingProxyType(
    {
        "sector": "领域",
        "category": "类别",
        "level1": "一级指标",
        "level2": "二级指标",
        "name": "指标名称",
        "definition": "指标解释",
        "data_source": "数据来源",
        "evidence": "佐证材料",
        "basis": "依据",
    }
)
LONGEST: Mapping[str, int] = MappingProxyType(
    {
        "sector": 60,
        "category": 60,
        "purpose": 60,
        "level1": 30,
        "level2": 30,
        "name": 200,
        "aliases": 200,
        "definition": 1000,
        "formula": 300,
        "sample": 300,
        "value": 60,
        "unit": 20,
        "data_source": 100,
        "evidence": 200,
        "basis": 200,
    }
)
"""Signs that a field holds at most; the columns of the table are as wide."""


@dataclass(frozen=True)
class Reference:
    """A value to compare with: its kind (`REFERENCE_KINDS`), the year and region that it is of, where it is written."""

    kind: str
    value: str
    year: int
    region: str = ""
    source: str = ""


@dataclass(frozen=True)
class Sheet:
    """What is told about an indicator of the library.

    Common indicators have the sector 通用 and a category; specific ones the four levels sector, category, purpose and
    the indicator itself. `aliases` are parted by “、”. `formula` runs wherever a number is compared, and `sample` is a
    worked example of it: “合格人数=190；参加考核人数=200；结果=95”. `value` is what a goal starts from; `references`
    are the plan, industry, history and other standards behind it. `rank` is one of `RANKS`; "" on its way in means
    that nothing was told: a known indicator keeps its own, a new one is ordinary.
    """

    sector: str
    category: str
    level1: str
    level2: str
    name: str
    definition: str
    operator: str
    method: str
    value: str = ""
    unit: str = ""
    formula: str = ""
    data_source: str = ""
    evidence: str = ""
    basis: str = ""
    purpose: str = ""
    aliases: str = ""
    sample: str = ""
    direction: str = ""
    frequency: str = "year"
    rank: str = "ordinary"
    references: tuple[Reference, ...] = ()

    @property
    def kind(self) -> str:
        """`qualitative` where a tier is judged, else `quantitative`."""
        return "qualitative" if self.operator == "qualitative" else "quantitative"


@dataclass(frozen=True)
class Fault:
    """What is wrong with a sheet: the field and the words; `technical` where no rule stands behind it."""

    where: str
    message: str
    technical: bool = False


SEARCHED = (
    "name", "aliases", "sector", "category", "purpose", "level2", "definition", "formula", "basis",
)  # fmt: skip
"""The fields of a sheet that the search looks into."""
LABELS: Mapping[str, str] = MappingProxyType(
    {
        **MUST,
        "purpose": "用途",
        "aliases": "别名",
        "formula": "计算公式",
        "sample": "算例",
        "operator": "符号",
        "value": "参考值",
        "unit": "单位",
        "direction": "方向",
        "method": "赋分方法",
        "frequency": "采集频次",
        "rank": "重要程度",
        "references": "参考标准",
    }
)
"""What each field of a sheet is called, on pages, in workbooks and in differences."""


@dataclass(frozen=True)
class Difference:
    """One field that differs between two sheets, in words."""

    label: str
    before: str
    after: str


def differences(before: Sheet | None, after: Sheet) -> list[Difference]:
    """Return what differs between two sheets, in the order of the sheet; without a first one all that is told."""
    found = []
    for key, label in LABELS.items():
        old, new = said(before, key) if before else "", said(after, key)
        if old != new:
            found.append(Difference(label, old, new))
    return found


def said(sheet: Sheet, key: str) -> str:
    """Return a field of a sheet as people read it."""
    if key == "references":
        return "\n".join(line_of(one) for one in sheet.references)
    value = str(getattr(sheet, key))
    if key == "direction":
        return DIRECTIONS.get(value, value)
    if key == "frequency":
        return FREQUENCIES.get(value, value)
    if key == "rank":
        return RANKS.get(value or "ordinary", value)
    if key == "operator":
        return OPERATORS.get(value, value)
    if key == "method" and value in METHODS:
        return METHODS[value].label
    return value


def line_of(one: Reference) -> str:
    """Return a reference value as the line that `reference_of` reads."""
    return "｜".join((REFERENCE_KINDS.get(one.kind, one.kind), one.value, str(one.year), one.region, one.source))


def reference_of(line: str) -> Reference:
    """Read “行业标准｜95｜2023｜全国｜出处”; ValueError says what is wrong with the line."""
    parts = [part.strip() for part in _BAR.split(line.strip())]
    if not 3 <= len(parts) <= 5:
        raise ValueError("须写“标准类别｜标准值｜年份｜地区｜出处”")
    kind, value, year, region, source = (*parts, "", "")[:5]
    kinds = {label: key for key, label in REFERENCE_KINDS.items()}
    if kind not in kinds:
        raise ValueError(f"的标准类别“{kind}”须为{'、'.join(kinds)}之一")
    if not re.fullmatch("[0-9]{4}", year):
        raise ValueError(f"的年份“{year}”须为四位数字")
    return Reference(kinds[kind], value, int(year), region, source)


def pieces_of(sheet: Sheet, code: str) -> str:
    """Return what the search keeps of a sheet and its code; the name is found by its initials, too."""
    return index_of([*(getattr(sheet, key) for key in SEARCHED), code], sounded=sheet.name)


def tidied(sheet: Sheet) -> Sheet:
    """Return a sheet whose texts are the same after a workbook or a text file: nothing unseen, single spaces.

    Only the definition keeps its lines. A leading apostrophe is what spreadsheets put before text, not a word of it;
    a bar parts the values of a reference, so it cannot stand within one.
    """
    texts = {
        one.name: _tidied(getattr(sheet, one.name), lines=one.name == "definition")
        for one in fields(sheet)
        if one.name != "references"
    }
    references = tuple(
        Reference(one.kind, _bare(one.value), one.year, _bare(one.region), _bare(one.source))
        for one in sheet.references
    )
    return replace(sheet, **texts, references=references)


def _bare(text: str) -> str:
    return _tidied(_BAR.sub(" ", text))


def _tidied(text: str, *, lines: bool = False) -> str:
    clean = _UNSEEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    parts = clean.split("\n") if lines else [clean]
    return "\n".join(" ".join(part.split()) for part in parts).lstrip("' \n").rstrip()


def direction_of(operator: str) -> str:
    """Return the direction that a sign usually means; that of “=” is 正向."""
    return _DIRECTIONS_OF.get(operator, ("positive",))[0]


def sheet_faults(sheet: Sheet) -> list[Fault]:
    """Return everything that keeps an indicator from being counted, scored or proved; [] when it is sound."""
    found = [
        Fault(key, f"“{label}”必须填写") for key, label in MUST.items() if not str(getattr(sheet, key)).strip()
    ]
    found += [
        Fault(key, f"最多 {limit} 字", technical=True)
        for key, limit in LONGEST.items()
        if len(getattr(sheet, key)) > limit
    ]
    return found + _method_faults(sheet) + _choice_faults(sheet) + _reference_faults(sheet)


def _method_faults(sheet: Sheet) -> list[Fault]:
    try:
        method, operator = method_named(sheet.method), as_operator(sheet.operator)
    except NotScored as error:
        return [Fault("method", str(error), technical=True)]
    if operator not in method.operators:
        return [Fault("method", f"“{method.label}”不能用于所选符号，请改选赋分方法")]
    if operator == "qualitative" or method.key == "date_target":
        return []
    if not sheet.unit.strip():
        return [Fault("unit", "定量指标须写明单位")]
    return _formula_faults(sheet)


def _formula_faults(sheet: Sheet) -> list[Fault]:
    if not sheet.formula.strip():
        return [Fault("sample", "有算例，须先写计算公式")] if sheet.sample else []
    try:
        formula = read_formula(sheet.formula, sheet.unit)
    except FormulaFault as fault:
        return [Fault("formula", str(fault))]
    return [Fault("sample", one) for one in sample_faults(formula, sheet.sample)] if sheet.sample else []


def _choice_faults(sheet: Sheet) -> list[Fault]:
    found = []
    if sheet.direction and sheet.direction not in DIRECTIONS:
        found.append(Fault("direction", f"没有“{sheet.direction}”这个方向", technical=True))
    elif sheet.direction and sheet.direction not in _DIRECTIONS_OF.get(sheet.operator, tuple(DIRECTIONS)):
        found.append(Fault("direction", f"方向“{DIRECTIONS[sheet.direction]}”与所选符号矛盾"))
    if sheet.frequency not in FREQUENCIES:
        found.append(Fault("frequency", f"没有“{sheet.frequency}”这个频次", technical=True))
    if sheet.rank and sheet.rank not in RANKS:
        found.append(Fault("rank", f"没有“{sheet.rank}”这个重要程度", technical=True))
    return found


def _reference_faults(sheet: Sheet) -> list[Fault]:
    found = []
    for number, one in enumerate(sheet.references, 1):
        if one.kind not in REFERENCE_KINDS:
            found.append(Fault("references", f"第 {number} 条参考值：没有“{one.kind}”这一类", technical=True))
        if not one.value.strip():
            found.append(Fault("references", f"第 {number} 条参考值没有写数值"))
        if not 1978 <= one.year <= 2100:
            found.append(Fault("references", f"第 {number} 条参考值的年份“{one.year}”不对", technical=True))
        if max(len(one.value), len(one.region)) > 60 or len(one.source) > 200:
            found.append(Fault("references", f"第 {number} 条参考值太长", technical=True))
    return found
