"""Policies as plain JSON values and back: what is stored, compared and digested."""

import json
from datetime import date
from decimal import Decimal
from hashlib import sha256
from typing import Any

_DECIMAL, _DAY = "$decimal", "$date"


def to_plain(value: Any) -> Any:
    """Values that JSON keeps exactly: decimals and days are marked, tuples become lists, sets are sorted.

    TypeError for anything that a pack cannot hold (a float above all).
    """
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, str):
        return str(value)
    if isinstance(value, Decimal):
        return {_DECIMAL: format(value, "f")}
    if isinstance(value, date):
        return {_DAY: value.isoformat()}
    if isinstance(value, dict):
        return {str(key): to_plain(child) for key, child in value.items()}
    if isinstance(value, list | tuple):
        return [to_plain(child) for child in value]
    if isinstance(value, frozenset | set):
        return sorted((to_plain(child) for child in value), key=canonical)
    raise TypeError(f"制度文件里不能有 {type(value).__name__} 类型的值：{value!r}")


def from_plain(value: Any) -> Any:
    """The values that `to_plain` was given (lists stay lists)."""
    if isinstance(value, dict):
        if set(value) == {_DECIMAL}:
            return Decimal(value[_DECIMAL])
        if set(value) == {_DAY}:
            return date.fromisoformat(value[_DAY])
        return {key: from_plain(child) for key, child in value.items()}
    if isinstance(value, list):
        return [from_plain(child) for child in value]
    return value


def canonical(plain: Any) -> str:
    """One text for one value: keys sorted, no spaces, no escapes."""
    return json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def digest_of(plain: Any) -> str:
    """SHA-256 of the canonical text, in hex."""
    return sha256(canonical(plain).encode()).hexdigest()
