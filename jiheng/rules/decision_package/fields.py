"""Facts with Chinese label and unit: declared once in a kind, written beside every value, read back from the value."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, TypeVar, get_args

from pydantic import AfterValidator, BeforeValidator, Field, ValidationError
from pydantic.fields import FieldInfo

from jiheng.rules.entry import Strict
from jiheng.rules.money import format_exact, round_half_up

FEN = "人民币分"
"""The unit of money in the file: whole fen."""
POINTS, PERCENT = "分", "%"


def _number(value: Any) -> Any:
    """Numbers with fractions stand as text in the file, so that no reader rounds them."""
    if isinstance(value, bool | float):
        raise ValueError("数应写成整数或文字")  # noqa: TRY004  # read as a wrong value, with its place
    return value


Number = Annotated[Decimal, BeforeValidator(_number), Field(max_digits=40, decimal_places=20, allow_inf_nan=False)]
"""A number of a fact: exact, and small enough to be worked with whatever stands in a file."""


def _two_places(value: Decimal) -> Decimal:
    """90 and 90.00 are one score and are written one way; a finer one stays as it is and so shows as another."""
    rounded = round_half_up(value)
    return rounded if rounded == value else value


Score = Annotated[Number, AfterValidator(_two_places)]
"""Points with two decimals."""
Fen = Annotated[int, Field(strict=True, gt=-(10**18), lt=10**18)]
Yes = Annotated[bool, Field(strict=True)]

StrictT = TypeVar("StrictT", bound=Strict)


def said(label: str, unit: str = "", words: Mapping[str, str] | None = None, *, shown: bool = True) -> Any:
    """A field of facts or results: what it is called and in which unit it counts.

    `words` are shown to people for the keys that it may hold; `shown` False keeps it in the file alone.
    """
    return Field(description=label, json_schema_extra={"unit": unit, "words": dict(words or {}), "shown": shown})


def told(model: Strict) -> list[dict[str, Any]]:
    """A model as the file holds it: each field with key, label, unit and value; rows as a table with its columns."""
    made = []
    for key, info in type(model).model_fields.items():
        rows = _rows_of(info)
        entry: dict[str, Any] = {"key": key, "label": info.description or key, "unit": _unit(info)}
        value = getattr(model, key)
        if rows is not None:
            entry["columns"] = [
                {"key": name, "label": column.description or name, "unit": _unit(column)}
                for name, column in rows.model_fields.items()
            ]
            value = [{name: _plain(getattr(row, name)) for name in rows.model_fields} for row in value]
        entry["value"] = _plain(value)
        made.append(entry)
    return made


def read(model: type[StrictT], entries: Any) -> StrictT:
    """The model that `told` was given. ValueError when a key is missing, unknown or twice, or a value does not do."""
    if not isinstance(entries, list) or not all(isinstance(one, Mapping) and "key" in one for one in entries):
        raise ValueError("每一项须写明 key 和 value")
    keys = [str(one["key"]) for one in entries]
    if len(set(keys)) != len(keys):
        raise ValueError("有的项写了两次")
    try:
        return model.model_validate({str(one["key"]): one.get("value") for one in entries})
    except ValidationError as error:
        named = dict.fromkeys(str(one["loc"][0]) if one["loc"] else "" for one in error.errors())
        labels = (model.model_fields[key].description if key in model.model_fields else key for key in named)
        raise ValueError(f"“{'、'.join(one or '' for one in labels)}”缺少、多余或者值不成立") from error


def lines(model: Strict) -> list[str]:
    """A model in lines for people: label, value, unit; rows one a line."""
    found: list[str] = []
    for key, info in type(model).model_fields.items():
        value, rows = getattr(model, key), _rows_of(info)
        if not _extra(info, "shown"):
            continue
        if rows is None and info.annotation == tuple[str, ...] and value:
            found += [f"{info.description}：", *(f"  {at}. {one}" for at, one in enumerate(value, 1))]
            continue
        if rows is None:
            found.append(f"{info.description}：{_shown(value, info)}")
            continue
        found.append(f"{info.description}：{f'{len(value)}项' if value else '无'}")
        for at, row in enumerate(value, 1):
            cells = (
                f"{column.description} {_shown(cell, column)}"
                for name, column in rows.model_fields.items()
                if (cell := getattr(row, name)) not in (None, "", {}) and _extra(column, "shown")
            )
            found.append(f"  {at}. {'，'.join(cells)}")
    return found


def _rows_of(info: FieldInfo) -> type[Strict] | None:
    """The model of the rows of a field, None where it holds no rows."""
    for part in get_args(info.annotation):
        if isinstance(part, type) and issubclass(part, Strict):
            return part
    return None


def _extra(info: FieldInfo, key: str) -> Any:
    return info.json_schema_extra[key] if isinstance(info.json_schema_extra, dict) else None


def _unit(info: FieldInfo) -> str:
    return str(_extra(info, "unit") or "")


def _plain(value: Any) -> Any:
    """Values as JSON holds them exactly: decimals and days as text. TypeError for anything else."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, float):
        return format(Decimal(str(value)), "f")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): _plain(child) for key, child in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(child) for child in value]
    raise TypeError(f"决定包里不能有 {type(value).__name__} 类型的值")


def _shown(value: Any, info: FieldInfo) -> str:
    if isinstance(value, int) and not isinstance(value, bool) and _unit(info) == FEN:
        return format_exact(value)
    words = _extra(info, "words") or {}
    return f"{_in_words(value, words)}{_unit(info) if value not in (None, '', ()) else ''}"


def _in_words(value: Any, words: Mapping[str, str]) -> str:
    if value is None or value == "":
        return "（无）"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Mapping):
        return "；".join(f"{key}＝{_in_words(child, words)}" for key, child in value.items()) or "（无）"
    if isinstance(value, list | tuple):
        return "、".join(_in_words(child, words) for child in value) or "（无）"
    return format(value, "f") if isinstance(value, Decimal) else words.get(str(value), str(value))
