"""The file of one decision: one text for one content, its digest, and reading that refuses whatever was changed."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any, Literal

from pydantic import ValidationError

from jiheng.rules.decision_package.fields import read, said, told
from jiheng.rules.decision_package.kind import Kind, Worked
from jiheng.rules.decision_package.registry import kind_named
from jiheng.rules.entry import Strict
from jiheng.rules.policy.policy import Policy, PolicyAt

NAME = "jiheng-decision-package"
FORMAT = 1
"""The format that is written. `OLDER` says how an earlier one is read; any other is refused."""
OLDER: Mapping[int, Callable[[dict[str, Any]], dict[str, Any]]] = {}
LARGEST = 20 * 1024 * 1024
ALGORITHM = "sha256"
OURS = "Value error, "
"""How the reader of models marks what our own checks said."""
_NUMBER = re.compile(r"-?\d{1,40}(\.\d{1,20})?", re.ASCII)
PARTS = frozenset(
    {"name", "format", "kind", "kind_label", "program", "about", "facts", "rules", "result", "decided", "entry", "digest"}
)


class Damaged(ValueError):
    """The file is no decision package, of an unknown format, or not as it was written; the text says which."""


class About(Strict):
    """Whose decision it is about: bodies and projects, never people."""

    place: str = said("地区")
    record: str = said("记录")
    subject: str = said("对象")
    code: str = said("代码")
    unit: str = said("单位")
    department: str = said("主管部门")
    budget_year: int = said("预算年度", "年")
    office: str = said("由谁作出")


class Entry(Strict):
    """The entry of the audit chain by which the decision was made."""

    number: int = said("序号")
    at: str = said("时间")
    action: str = said("动作")
    role: str = said("岗位")
    clause: str = said("依据")
    algorithm: Literal["sha256", "sm3"] = said("摘要算法")
    digest: str = said("摘要")


class Program(Strict):
    """What made the file."""

    name: str = said("程序")
    version: str = said("版本")


class Pack(Strict):
    """Which frozen rules the excerpt is taken from: the digest is that of the whole."""

    place: str = said("制度包")
    packs: tuple[str, ...] = said("由近及远的各级", shown=False)
    digest: str = said("全部制度的摘要")
    budget_year: int = said("预算年度", "年")
    day: date = said("取值日")


@dataclass(frozen=True)
class Package:
    """What a file says, read: facts, excerpt of the rules, the result that it claims, what the person decided."""

    kind: Kind
    program: Program
    about: About
    facts: Any
    pack: Pack
    rules: PolicyAt
    result: Strict
    decided: Any
    entry: Entry | None
    digest: str

    def work_out(self) -> Worked:
        """The result once more, from facts and rules alone. Damaged when none can be worked out."""
        try:
            return self.kind.work_out(self.facts, self.decided, self.rules)
        except (ValueError, LookupError, ArithmeticError, TypeError) as error:
            raise Damaged(f"按文件所载的事实和制度算不出结果：{_in_words(error)}") from error


def entry_of(model: Strict) -> list[dict[str, Any]]:
    """A part of the file: every field with label and unit."""
    return told(model)


def written(
    kind: Kind,
    *,
    facts: Strict,
    result: Strict,
    decided: Strict | None,
    about: About,
    rules: PolicyAt,
    whole_digest: str,
    entry: Entry | None,
    program: Program,
) -> bytes:
    """The file of a decision. `rules` is the excerpt, `whole_digest` that of all rules it is taken from."""
    policy = rules.policy
    pack = Pack(
        place=f"{policy.name}（{policy.place}）",
        packs=policy.chain,
        digest=whole_digest,
        budget_year=rules.budget_year,
        day=rules.day,
    )
    body = {
        "name": NAME,
        "format": FORMAT,
        "kind": kind.key,
        "kind_label": kind.label,
        "program": told(program),
        "about": told(about),
        "facts": told(facts),
        "rules": {"taken_from": told(pack), "content": policy.dump()},
        "result": told(result),
        "decided": None if decided is None else told(decided),
        "entry": None if entry is None else told(entry),
    }
    return _text({**body, "digest": {"algorithm": ALGORITHM, "value": _digest(body)}})


def opened(content: bytes) -> Package:
    """Read a file. Damaged with what is wrong: no package, another format, not one byte as it was written."""
    body = _parsed(content)
    if body.get("name") != NAME:
        raise Damaged("这不是绩衡的决定包")
    number = body.get("format")
    if type(number) is not int or number not in {FORMAT, *OLDER}:
        known = "、".join(str(one) for one in sorted({FORMAT, *OLDER}))
        newer = "，请用较新的程序" if isinstance(number, int) and number > FORMAT else ""
        raise Damaged(f"决定包的格式是{number!r}，本程序只认识格式{known}{newer}")
    if set(body) != PARTS:
        raise Damaged(f"决定包的部分不全或多出：{'、'.join(sorted(set(body) ^ PARTS))}")
    digest = body.pop("digest")
    if digest != {"algorithm": ALGORITHM, "value": _digest(body)}:
        raise Damaged("文件的内容与摘要不符：写成以后改动过，不予复算")
    if _text({**body, "digest": digest}) != content:
        raise Damaged("文件不是写成时的原样（空格、换行或写法改动过），不予复算")
    try:
        return _read(OLDER.get(number, dict)(body), digest["value"])
    except (ValueError, LookupError, TypeError, AttributeError, ArithmeticError) as error:
        raise Damaged(f"决定包的内容读不懂：{_in_words(error)}") from error


def _read(body: dict[str, Any], digest: str) -> Package:
    kind = kind_named(str(body["kind"]))
    content = body["rules"]["content"]
    for text in _decimals(content):
        if not _NUMBER.fullmatch(text):
            raise ValueError(f"制度中的数“{text[:40]}”写法不对")
    pack = read(Pack, body["rules"]["taken_from"])
    if body["decided"] is not None and kind.decided is None:
        raise ValueError(f"“{kind.label}”不由人另作决定")
    return Package(
        kind=kind,
        program=read(Program, body["program"]),
        about=read(About, body["about"]),
        facts=read(kind.facts, body["facts"]),
        pack=pack,
        rules=_rules(content).at(pack.budget_year, pack.day),
        result=read(kind.result, body["result"]),
        decided=read(kind.decided, body["decided"]) if kind.decided and body["decided"] is not None else None,
        entry=read(Entry, body["entry"]) if body["entry"] is not None else None,
        digest=digest,
    )


def _rules(content: dict[str, Any]) -> Policy:
    """The excerpt as a policy. ValueError in the words of the rule that is broken, else with the entry."""
    try:
        return Policy.restore(content)
    except ValidationError as error:
        first = error.errors()[0]
        said = first["msg"].removeprefix(OURS)
        where = " › ".join(str(part) for part in first["loc"])
        words = said if said != first["msg"] else f"“{where}”缺少、多余或者值不成立"
        raise ValueError(f"制度部分不成立：{words}") from error


def _parsed(content: bytes) -> dict[str, Any]:
    if len(content) > LARGEST:
        raise Damaged(f"文件超过 {LARGEST // 1024 // 1024} MB，不是决定包")
    try:
        body = json.loads(content.decode("utf-8"), parse_float=_no_float, parse_constant=_no_float)
    except (ValueError, RecursionError) as error:
        raise Damaged(f"文件读不出来，不是决定包或已经损坏：{_in_words(error)}") from error
    if not isinstance(body, dict):
        raise Damaged("这不是绩衡的决定包")
    return body


def _no_float(text: str) -> Any:
    raise ValueError(f"数“{text[:40]}”须写成整数或文字")


def _decimals(plain: Any) -> Iterator[str]:
    if isinstance(plain, dict):
        if "$decimal" in plain:
            yield str(plain["$decimal"])
        for child in plain.values():
            yield from _decimals(child)
    elif isinstance(plain, list):
        for child in plain:
            yield from _decimals(child)


def _text(body: Mapping[str, Any]) -> bytes:
    try:
        return (json.dumps(body, ensure_ascii=False, sort_keys=True, indent=1, allow_nan=False) + "\n").encode()
    except (ValueError, RecursionError) as error:
        raise Damaged(f"文件的内容不能写成决定包：{_in_words(error)}") from error


def _digest(body: Mapping[str, Any]) -> str:
    return sha256(_text(body)).hexdigest()


def _in_words(error: Exception) -> str:
    """What our own checks said; of what only a programmer reads, that the file is not as it should be."""
    text = (str(error.args[0]) if error.args else str(error)).strip().partition("\n")[0][:200]
    return text if any("\u4e00" <= one <= "\u9fff" for one in text) else "缺少应有的部分，或者写法不对"
