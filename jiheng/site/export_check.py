"""Verifies a full export: digests, numbers of rows, every row against its schema, every reference; needs only Python.

    python3 -I verify.py [目录]

退出状态：0 完好，1 有问题，2 读不出来。
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

MANIFEST = "manifest.json"
MOST = 20
TYPES: dict[str, Any] = {"string": str, "integer": int, "boolean": bool, "object": dict, "array": list, "number": (int, float)}


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file, read by pieces."""
    made = hashlib.sha256()
    with path.open("rb") as file:
        while part := file.read(1024 * 1024):
            made.update(part)
    return made.hexdigest()


def wrong_in(row: dict[str, Any], schema: dict[str, Any]) -> str:
    """Return what of a row does not fit its schema; "" when it fits."""
    known = schema["properties"]
    odd = sorted(set(row) ^ set(known))
    if odd:
        return f"字段 {odd[0]} 多出或缺少"
    for key, value in row.items():
        told = known[key]
        allowed = told["type"] if isinstance(told["type"], list) else [told["type"]]
        if value is None:
            fits = "null" in allowed
        else:
            fits = any(
                isinstance(value, TYPES[one]) and not (one in {"integer", "number"} and isinstance(value, bool))
                for one in allowed
                if one != "null"
            )
        if not fits:
            return f"字段 {key} 的类型不对"
        if isinstance(value, str) and len(value) > told.get("maxLength", len(value)):
            return f"字段 {key} 超过 {told['maxLength']} 字"
        if "enum" in told and value not in told["enum"]:
            return f"字段 {key} 的值“{value}”不在可选项中"
    return ""


def problems_of(folder: Path) -> list[str]:
    """Return everything that is wrong with an export, in words; empty when it is as it was written."""
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    found = []
    listed = set(manifest["files"])
    there = {one.relative_to(folder).as_posix() for one in folder.rglob("*") if one.is_file()} - {MANIFEST}
    found += [f"缺少 {one}" for one in sorted(listed - there)]
    found += [f"多出 {one}" for one in sorted(there - listed)]
    for name in sorted(listed & there):
        if digest_of(folder / name) != manifest["files"][name]["sha256"]:
            found.append(f"{name} 的内容与摘要不符，已被改动")
    if found:
        return found
    keys: dict[str, set[Any]] = {}
    asked: list[tuple[str, int, str, str, Any]] = []
    for table in manifest["tables"]:
        label, schema = table["model"], json.loads((folder / table["schema"]).read_text(encoding="utf-8"))
        refers = {key: told["x-references"] for key, told in schema["properties"].items() if "x-references" in told}
        keys[label], count = set(), 0
        with (folder / table["rows"]).open(encoding="utf-8") as lines:
            for count, line in enumerate(lines, start=1):
                row = json.loads(line)
                wrong = wrong_in(row, schema)
                if wrong:
                    found.append(f"{label} 第 {count} 行：{wrong}")
                    continue
                keys[label].add(row[schema["x-key"]])
                asked += [(label, count, key, to, row[key]) for key, to in refers.items() if row[key] is not None]
        if count != table["count"]:
            found.append(f"{label} 应有 {table['count']} 行，实有 {count} 行")
    found += [
        f"{label} 第 {number} 行：字段 {key} 指向不存在的 {to} {value}"
        for label, number, key, to, value in asked
        if to in keys and value not in keys[to]
    ]
    return found


def main(arguments: list[str]) -> int:
    """Answer the command line: the folder of this file, or the one that is named."""
    folder = Path(arguments[0]) if arguments else Path(__file__).resolve().parent
    try:
        found = problems_of(folder)
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        sys.stderr.write(f"读不出来：{type(error).__name__} {error}\n")
        return 2
    for line in found[:MOST]:
        sys.stdout.write(f"{line}\n")
    if found:
        sys.stdout.write(f"共 {len(found)} 处问题\n")
        return 1
    rows = sum(one["count"] for one in manifest["tables"])
    sys.stdout.write(f"完好：{len(manifest['tables'])} 张表、{rows} 行、{manifest['attachments']} 个附件，摘要、行数、字段和引用都相符\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
