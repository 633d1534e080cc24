"""The library outside: its sheets as rows of a workbook and as text, and a list held against what is there."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from jiheng.foundation.accounts.models import Place
from jiheng.foundation.portions import portions
from jiheng.foundation.refused import Refused, mistaken
from jiheng.registers.indicators.models import LibraryIndicator
from jiheng.registers.indicators.queries import sheet_from, sheet_of
from jiheng.rules.indicator_sheet import (
    DIRECTIONS,
    FREQUENCIES,
    RANKS,
    Fault,
    Reference,
    Sheet,
    direction_of,
    reference_of,
    said,
    sheet_faults,
    tidied,
)
from jiheng.rules.refusal import mistake
from jiheng.rules.scoring.method import OPERATORS
from jiheng.rules.scoring.registry import METHODS

FORMAT = "jiheng-library"
VERSION = 1
CODE_LONGEST = 40
AT_ONCE = 500
LABELLED: Mapping[str, Mapping[str, str]] = {
    "operator": OPERATORS,
    "direction": DIRECTIONS,
    "frequency": FREQUENCIES,
    "rank": RANKS,
    "method": {key: one.label for key, one in METHODS.items()},
}
"""The fields whose keys are written as words, with the words."""
LATER = frozenset({"rank"})
"""Fields that texts written by an earlier version do not have."""
TEXTS = tuple(one.name for one in fields(Sheet) if one.name != "references")


@dataclass(frozen=True)
class Entry:
    """A sheet on its way in: its code, "" for a new one of the place, and the revision that it changes, 0 for none."""

    code: str
    revision: int
    sheet: Sheet


@dataclass(frozen=True)
class Held:
    """An entry held against the library: what is wrong with it; `same` when exactly this is there already."""

    entry: Entry
    faults: tuple[Fault, ...]
    same: bool = False


def in_use(place: Place) -> Iterator[LibraryIndicator]:
    """Give out what a place keeps and uses, by code."""
    rows = LibraryIndicator.objects.filter(place=place, retired_on=None).order_by("code").defer("pieces")
    yield from rows.prefetch_related("references").iterator(chunk_size=2000)


def of_codes(place: Place, codes: Sequence[str]) -> list[LibraryIndicator]:
    """Return the indicators of a place that bear one of the codes, with their reference values."""
    found: list[LibraryIndicator] = []
    for part in portions(codes, AT_ONCE):
        rows = LibraryIndicator.objects.filter(place=place, code__in=part)
        found += rows.prefetch_related("references")
    return found


def words_of(sheet: Sheet) -> dict[str, str]:
    """Return a sheet as the words of a row: choices by their labels, a reference value on each line."""
    return {key: said(sheet, key) for key in (*TEXTS, "references")}


def sheet_of_words(words: Mapping[str, str]) -> tuple[Sheet, list[Fault]]:
    """Read a row back, and what is wrong with it; a choice that is none of the labels stays as it was written."""
    told = {key: words.get(key, "") for key in TEXTS}
    for key, labels in LABELLED.items():
        told[key] = {label: one for one, label in labels.items()}.get(told[key], told[key])
    references: list[Reference] = []
    faults = []
    for number, line in enumerate(words.get("references", "").splitlines(), 1):
        if line.strip():
            try:
                references.append(reference_of(line))
            except ValueError as error:
                faults.append(Fault("references", f"第 {number} 条{error}", technical=True))
    return _settled({**told, "references": tuple(references)}), faults


def library_text(place: Place) -> bytes:
    """Return what a place keeps and uses as JSON, indented and in a fixed order, so that two of them can be compared."""
    rows = [{"code": one.code, **asdict(sheet_of(one))} for one in in_use(place)]
    whole = {"format": FORMAT, "version": VERSION, "place": place.name, "indicators": rows}
    return (json.dumps(whole, ensure_ascii=False, indent=1) + "\n").encode()


def sheets_in_text(content: bytes) -> list[tuple[str, Sheet]]:
    """Read such a text: the code and sheet of each indicator. Refused with everything that cannot be read."""
    try:
        whole = json.loads(content.decode("utf-8-sig"))
    except (UnicodeDecodeError, ValueError, RecursionError):
        raise mistaken("文件不是 JSON，或者不是 UTF-8 编码", remedy="请上传从指标库导出的 JSON 文件") from None
    if not isinstance(whole, dict) or (whole.get("format"), whole.get("version")) != (FORMAT, VERSION):
        raise mistaken("文件不是指标库导出的 JSON", remedy=f"须有 format={FORMAT} 和 version={VERSION}")
    rows = whole.get("indicators")
    if not isinstance(rows, list) or not rows:
        raise mistaken("文件里没有指标")
    found, wrong = [], []
    for number, row in enumerate(rows, 1):
        problem = _shape(row)
        if problem:
            wrong.append(mistake(f"第 {number} 项：{problem}"))
        else:
            found.append((row["code"].strip(), _settled(dict(sheet_told(row)))))
    if wrong:
        raise Refused(wrong)
    return found


def sheet_told(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the fields of a sheet among those of a row, reference values included."""
    references = tuple(Reference(**one) for one in row.get("references", ()))
    return {"rank": "", **{key: row[key] for key in TEXTS if key in row}, "references": references}


def entries_from(content: Mapping[str, Any]) -> list[Entry]:
    """Return the entries that a proposal of a list keeps."""
    return [Entry(one["code"], one["revision"], sheet_from(one["sheet"])) for one in content["rows"]]


def held(place: Place, told: Sequence[tuple[str, Sheet]]) -> list[Held]:
    """Hold sheets with their codes against a place's library: every fault of each, at its field.

    A code that the place has means a revision of it, another one or none a new indicator.
    """
    codes = [code for code, _ in told if code]
    known = {one.code: one for one in of_codes(place, codes)}
    twice = {code for code, number in Counter(codes).items() if number > 1}
    names = _names(place, [sheet.name for code, sheet in told if code not in known])
    found = []
    for code, sheet in told:
        there = known.get(code)
        sheet = ranked(sheet, there)  # noqa: PLW2901 - what was not told is what is there
        faults = list(sheet_faults(sheet))
        if code in twice:
            faults.append(Fault("code", f"编号“{code}”重复", technical=True))
        if len(code) > CODE_LONGEST:
            faults.append(Fault("code", f"最多 {CODE_LONGEST} 字", technical=True))
        if there is None:
            name = _named(sheet)
            if name in names:
                faults.append(Fault("name", f"“{sheet.sector}/{sheet.category}”中已有“{sheet.name}”"))
            names.add(name)
        elif there.retired_on is not None:
            faults.append(Fault("code", "该指标已停用，须先建议恢复使用"))
        same = there is not None and sheet_of(there) == sheet
        found.append(Held(Entry(code, there.revision if there else 0, sheet), tuple(faults), same))
    return found


def ranked(sheet: Sheet, there: LibraryIndicator | None) -> Sheet:
    """Return a sheet with its rank: where none was told, that of the indicator it revises, or ordinary."""
    return sheet if sheet.rank else replace(sheet, rank=there.rank if there else "ordinary")


def _names(place: Place, names: Sequence[str]) -> set[tuple[str, ...]]:
    """Return the class and name of each indicator in use that bears one of the names."""
    found: set[tuple[str, ...]] = set()
    for part in portions(names, AT_ONCE):
        rows = LibraryIndicator.objects.filter(place=place, retired_on=None, name__in=part)
        found.update(rows.values_list("sector", "category", "purpose", "name"))
    return found


def _named(sheet: Sheet) -> tuple[str, ...]:
    return (sheet.sector, sheet.category, sheet.purpose, sheet.name)


def _settled(told: Mapping[str, Any]) -> Sheet:
    sheet = tidied(Sheet(**told))
    return Sheet(**{**vars(sheet), "direction": sheet.direction or direction_of(sheet.operator), "frequency": sheet.frequency or "year"})


def _shape(row: object) -> str:
    """Return why a row of the text is no indicator; "" when it is one."""
    if not isinstance(row, dict):
        return "不是一项指标"
    strange = sorted(set(row) - {"code", "references", *TEXTS})
    if strange:
        return f"有不认识的字段“{'、'.join(strange)[:80]}”"
    missing = [one for one in ("code", *TEXTS) if one not in row and one not in LATER]
    if missing:
        return f"缺少字段“{missing[0]}”"
    if not all(isinstance(row[one], str) for one in ("code", *TEXTS) if one in row):
        return "除参考标准外各字段须为文字"
    references = row.get("references", [])
    if not isinstance(references, list):
        return "参考标准须为列表"
    keys = {"kind": str, "value": str, "year": int, "region": str, "source": str}
    for one in references:
        if not isinstance(one, dict) or {key: type(value) for key, value in one.items()} != keys:
            return "每条参考标准须有 kind、value、year、region、source，year 为整数"
    return ""
