"""Which way a rule is stricter, as data, and whether a nearer rule is looser than the one it replaces.

A direction stands on the farther entry (`stricter: lower`); tables name it for each of their columns
(`stricter: {min_ratio: higher}`). What has no direction cannot conflict, only differ.
"""

from collections.abc import Mapping
from typing import Any, Literal

Direction = Literal["lower", "lower_or_none", "higher", "earlier", "superset", "more", "same"]
"""lower, higher: of numbers, `higher` also of 是否 (是 is stricter). lower_or_none: as lower, and none at all is the
strictest (a limit from which something is demanded). earlier: of days. superset: of lists, all of it and perhaps
more. more: of lists, as many rows. same: any change is looser."""
Strictness = Direction | dict[str, Direction]

OF_FLOORS: Mapping[str, Direction] = {
    "not_above": "lower",
    "not_below": "higher",
    "covers": "superset",
    "same": "same",
}
_NUMBERS = ("lower", "lower_or_none", "higher")


def unfit(strictness: Strictness | None, unit: str) -> str:
    """Why a parameter of this unit cannot have this direction; empty when it can."""
    if strictness is None:
        return ""
    if isinstance(strictness, dict):
        return "" if unit == "表" else "stricter 写成表的，单位须为“表”"
    fits = {
        "清单": ("superset", "more", "same"),
        "表": ("same",),
        "文字": ("same",),
        "是否": ("higher", "same"),
    }.get(unit, (*_NUMBERS, "same"))
    return "" if strictness in fits else f"stricter: {strictness} 不能用于单位“{unit}”，可用 {'、'.join(fits)}"


def looser(strictness: Strictness, near: Any, far: Any) -> str:
    """Why `near` is looser than `far`, in words; empty when it is as strict or stricter.

    None stands for what is not prescribed. What `far` does not prescribe cannot be loosened, but for
    `lower_or_none`, where nothing prescribed catches everything.
    """
    if isinstance(strictness, dict):
        if far is None:
            return ""
        return "取消了上级规定" if near is None else "；".join(_rows(strictness, near, far, ""))
    if strictness == "lower_or_none":
        if near is None:
            return ""
        return "上级不设下限" if far is None else "高于上级规定" if near > far else ""
    if far is None:
        return ""
    if near is None:
        return "取消了上级规定"
    return _looser(strictness, near, far)


def _looser(direction: Direction, near: Any, far: Any) -> str:
    if direction == "same":
        return "" if near == far else "改变了不得改变的规定"
    if direction == "superset":
        lacking = [name for key, name in _parts(far).items() if key not in _parts(near)]
        return f"缺少{'、'.join(lacking)}" if lacking else ""
    if direction == "more":
        return "" if len(near) >= len(far) else f"只有{len(near)}项，少于上级的{len(far)}项"
    if direction == "earlier":
        return "" if near <= far else "晚于上级规定"
    if direction in {"lower", "lower_or_none"}:
        return "" if near <= far else "高于上级规定"
    if isinstance(far, bool):
        return "" if near or not far else "取消了上级的要求"
    return "" if near >= far else "低于上级规定"


def _parts(listed: Any) -> dict[Any, str]:
    """The items of a list under what tells them apart: the key of a row, else the item itself."""
    return {
        (one["key"] if isinstance(one, dict) and "key" in one else str(one)): str(
            one.get("label", one.get("key", "")) if isinstance(one, dict) else one
        )
        for one in listed
    }


def _rows(columns: Mapping[str, Direction], near: Any, far: Any, path: str) -> list[str]:
    """What is looser in a table: column by column in the rows that both have, and rows that `near` lacks."""
    if not isinstance(far, dict):
        return []
    found = []
    for key, one in far.items():
        where = f"{path}/{key}" if path else str(key)
        other = near.get(key) if isinstance(near, dict) else None
        if key in columns:
            why = looser(columns[key], other, one)
            found += [f"{where}{why}（{one}）" if not isinstance(one, list) else f"{where}{why}"] if why else []
        elif isinstance(one, dict):
            found += _rows(columns, other, one, where) if other is not None else [f"没有规定{where}"]
    return found
