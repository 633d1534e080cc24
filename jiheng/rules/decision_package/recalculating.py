"""Working a decision out again from its file, and saying so in Chinese, step by step, with the clauses."""

import json
from collections.abc import Iterable
from dataclasses import dataclass

from jiheng.rules.decision_package.excerpt import clauses_of
from jiheng.rules.decision_package.fields import lines, told
from jiheng.rules.decision_package.file import FORMAT, Damaged, Package, opened


@dataclass(frozen=True)
class Recalculated:
    """What was printed for a file, and whether it is right; `whole` when it could be read as it was written."""

    lines: tuple[str, ...]
    right: bool
    whole: bool = True


def recalculate(content: bytes) -> Recalculated:
    """Read a file and work its decision out again; what is wrong with it is the last line."""
    try:
        package = opened(content)
    except Damaged as error:
        return Recalculated((f"拒绝复算：{error}",), right=False, whole=False)
    found = _head(package)
    try:
        worked = package.work_out()
    except Damaged as error:
        return Recalculated((*found, "", f"结果不成立：{error}"), right=False)
    found += ["", "四、逐步计算", *(f"  {at}. {step}" for at, step in enumerate(worked.steps, 1))]
    found += ["", "五、复算的结果", *_indented(lines(worked.result))]
    if package.decided is not None:
        found += ["", "六、人作出的决定", *_indented(lines(package.decided))]
    else:
        found += ["", "六、人作出的决定", "  没有另作决定：结果就是按规则算出的结果"]
    found += ["", "七、与制度核对", *([f"  不合制度：{one}" for one in worked.against] or ["  没有不合制度之处"])]
    unlike = _unlike(told(package.result), told(worked.result))
    found += ["", *_verdict(unlike, broken=len(worked.against))]
    return Recalculated(tuple(found), right=not unlike and not worked.against)


def against_chain(content: bytes, chain: Iterable[str]) -> Recalculated:
    """Hold the entry that a file names against an exported chain, one entry in JSON a line; the file has to be whole.

    That the chain itself is whole is for its own verifier to say.
    """
    entry = opened(content).entry
    if entry is None:
        return Recalculated(("与审计链对照：这份决定包没有入链的办理，无从对照",), right=True)
    named = f"第 {entry.number} 条"
    for line in chain:
        row = _row(line)
        if row.get("number") == entry.number and "action" in row:  # the first line is the chain's head
            same = (row.get("algorithm"), row.get("digest")) == (entry.algorithm, entry.digest)
            words = f"{named}的摘要{'与文件所载相同' if same else '与文件所载不同：不是这条链上作出的决定，或者链被重写过'}"
            return Recalculated((f"与审计链对照：{words}",), right=same)
    return Recalculated((f"与审计链对照：链上没有{named}",), right=False)


def _row(line: str) -> dict[str, object]:
    try:
        found = json.loads(line)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _head(package: Package) -> list[str]:
    entry = package.entry
    found = [
        f"决定包：{package.kind.label}（格式 {FORMAT}）",
        f"文件摘要：sha256:{package.digest}，与内容一致",
        *_indented(lines(package.about)),
        f"  作成程序：{package.program.name} {package.program.version}",
        "",
        "一、审计链",
    ]
    found += _indented(lines(entry)) if entry is not None else ["  没有入链的办理：这是按当时的事实作出的判断"]
    found += ["", "二、事实", *_indented(lines(package.facts))]
    found += ["", "三、当时固化的制度（只列本决定用到的）", *_indented(lines(package.pack))]
    return found + [f"  · {one}" for one in clauses_of(package.rules)]


def _unlike(stated: list[dict[str, object]], computed: list[dict[str, object]]) -> list[str]:
    """Where the stated result is another one, field by field; compared as the file writes it, byte for byte."""
    mine = {str(one["key"]): one for one in computed}
    return [
        f"{one['label']}：文件写的是 {one['value']}，复算为 {mine[str(one['key'])]['value']}"
        for one in stated
        if one["value"] != mine[str(one["key"])]["value"]
    ]


def _verdict(unlike: list[str], broken: int) -> list[str]:
    if unlike:
        words = "结果不符：摘要与内容一致，但文件所载的结果不能由所载的事实和制度得出"
        return [words, *(f"  {one}" for one in unlike)]
    same = "按文件所载的事实和制度重新计算，结果与文件所载逐字相同"
    return [f"{same}；但决定有 {broken} 处不合制度（见上）" if broken else f"{same}。"]


def _indented(some: list[str]) -> list[str]:
    return [f"  {one}" for one in some]
