"""A decision is worked out again from its file alone; whatever was changed in the file is refused or named."""

import json
import re
import sys
from datetime import date
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jiheng.rules.decision_package import FORMAT, KINDS, Damaged, kind_named
from jiheng.rules.decision_package.file import LARGEST, opened
from jiheng.rules.decision_package.kinds import cut, ledger_gate, self_evaluation
from jiheng.rules.decision_package.recalculating import recalculate
from jiheng.rules.policy import loading
from jiheng.site.cli import main
from tests.rules.decision_package.builders import (
    EXAMPLES,
    GATE,
    KEPT,
    ROW,
    SAMPLES,
    entries,
    example,
    filed,
    rules,
)

ANY = st.sampled_from(sorted(KINDS)).flatmap(lambda key: SAMPLES[key]().map(lambda made: (key, *made)))
FEW = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def text_of(body: dict[str, Any]) -> bytes:
    return (json.dumps(body, ensure_ascii=False, sort_keys=True, indent=1) + "\n").encode()


def sealed_anew(content: bytes, change: Any) -> bytes:
    """A file changed and given a digest that fits, as somebody who knows the program could."""
    body = json.loads(content)
    body.pop("digest")
    change(body)
    return text_of({**body, "digest": {"algorithm": "sha256", "value": sha256(text_of(body)).hexdigest()}})


def value_of(body: dict[str, Any], part: str, key: str) -> dict[str, Any]:
    return next(one for one in body[part] if one["key"] == key)


@pytest.fixture(scope="module")
def cut_file() -> bytes:
    return filed(KINDS["cut"], *example("cut"))


@pytest.mark.feature("7.02")
@FEW
@given(ANY)
def test_a_file_alone_gives_the_same_result_as_the_whole_rules(made: tuple[str, Any, Any]) -> None:
    key, facts, decided = made
    kind = kind_named(key)
    content = filed(kind, facts, decided)
    package = opened(content)
    assert (package.facts, package.decided) == (facts, decided)
    again = package.work_out()
    assert again == kind.work_out(facts, decided, rules())
    assert filed(kind, package.facts, package.decided, again.result) == content
    told = recalculate(content)
    assert told.right is not bool(again.against)
    assert "与文件所载逐字相同" in told.lines[-1]


@pytest.mark.parametrize("key", sorted(KINDS))
def test_every_kind_says_its_facts_and_results_in_chinese_with_clauses(key: str) -> None:
    facts, decided = example(key)
    lines = recalculate(filed(KINDS[key], facts, decided)).lines
    assert KINDS[key].label in lines[0]
    assert any("《" in line for line in lines)
    for heading in ("二、事实", "三、当时固化的制度（只列本决定用到的）", "四、逐步计算", "五、复算的结果"):
        assert heading in lines


def test_every_kind_has_facts_at_random_an_example_and_a_kept_file() -> None:
    kept = {path.name for path in KEPT.glob("*.json")}
    assert set(SAMPLES) == set(EXAMPLES) == set(KINDS)
    assert {f"{key}-{FORMAT}.json" for key in KINDS} <= kept


# --- whatever was changed is refused


def test_every_byte_that_is_changed_is_refused(cut_file: bytes) -> None:
    for at in range(len(cut_file)):
        other = bytes([cut_file[at] ^ 1])
        with pytest.raises(Damaged):
            opened(cut_file[:at] + other + cut_file[at + 1 :])


@FEW
@given(st.data())
def test_bytes_that_are_added_taken_or_replaced_are_refused(cut_file: bytes, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(cut_file)))
    upto = data.draw(st.integers(at, min(len(cut_file), at + 3)))
    other = data.draw(st.binary(max_size=3).filter(lambda some: some != cut_file[at:upto]))
    changed = cut_file[:at] + other + cut_file[upto:]
    if changed != cut_file:
        with pytest.raises(Damaged):
            opened(changed)


def test_layout_that_says_the_same_is_refused_too(cut_file: bytes) -> None:
    body = json.loads(cut_file)
    for other in (json.dumps(body, ensure_ascii=False, sort_keys=True).encode(), text_of(body) + b"\n"):
        with pytest.raises(Damaged, match="原样"):
            opened(other)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "读不出来"),
        (b"\xff\xfe", "读不出来"),
        (b"[]", "不是绩衡的决定包"),
        (b'{"name": "x"}', "不是绩衡的决定包"),
        (b'{"name": "jiheng-decision-package", "format": 1.5}', "整数或文字"),
        (b'{"name": "jiheng-decision-package", "format": NaN}', "整数或文字"),
        (b"[" * 100_000, "读不出来"),
        (b" " * (LARGEST + 1), "超过"),
    ],
)
def test_what_is_no_package_is_said_to_be_none(content: bytes, why: str) -> None:
    with pytest.raises(Damaged, match=why) as refused:
        opened(content)
    assert not re.search(r"[a-z]{4,} [a-z]{2,}", str(refused.value))


@pytest.mark.parametrize(("number", "why"), [(0, "只认识格式1"), (2, "请用较新的程序"), (None, "只认识格式1"), (True, "只认识格式1")])
def test_another_format_is_refused_plainly(cut_file: bytes, number: int | None, why: str) -> None:
    other = sealed_anew(cut_file, lambda body: body.update(format=number))
    with pytest.raises(Damaged, match=why):
        opened(other)


@pytest.mark.parametrize("key", sorted(KINDS))
def test_files_of_earlier_versions_are_still_worked_out(key: str) -> None:
    """What stands in `samples/` was written once and is never written again: each later version has to read it."""
    told = recalculate((KEPT / f"{key}-1.json").read_bytes())
    assert told.right, told.lines
    assert "逐字相同" in told.lines[-1]


# --- a digest made anew hides nothing


def test_another_result_under_a_digest_that_fits_is_named(cut_file: bytes) -> None:
    def soften(body: dict[str, Any]) -> None:
        value_of(body, "result", "cut_fen")["value"] -= 1

    told = recalculate(sealed_anew(cut_file, soften))
    assert not told.right
    assert told.lines[-2].startswith("结果不符：摘要与内容一致")
    assert "核减金额：文件写的是 99999999，复算为 100000000" in told.lines[-1]


def test_another_rule_under_a_digest_that_fits_gives_another_result(cut_file: bytes) -> None:
    def loosen(body: dict[str, Any]) -> None:
        table = body["rules"]["content"]["grades"]["evaluation"]["bands"]
        for band in table:
            if band["key"] == "good":
                band["low"] = {"$decimal": "70"}
            if band["key"] == "fair":
                band["high"] = {"$decimal": "70"}

    told = recalculate(sealed_anew(cut_file, loosen))
    assert not told.right
    assert any("等级：文件写的是 中，复算为 良" in line for line in told.lines)


@pytest.mark.parametrize(
    ("part", "key", "value"),
    [
        ("facts", "score", "101"),
        ("facts", "score", "1E+9"),
        ("facts", "score", 71.0),
        ("facts", "base_fen", -1),
        ("facts", "base_fen", "500000000"),
        ("facts", "grades", "unknown"),
        ("result", "cut_fen", None),
    ],
)
def test_facts_that_cannot_be_are_named(cut_file: bytes, part: str, key: str, value: Any) -> None:
    def spoil(body: dict[str, Any]) -> None:
        value_of(body, part, key)["value"] = value

    told = recalculate(sealed_anew(cut_file, spoil))
    assert not told.right
    assert told.lines[-1].startswith(("拒绝复算：", "结果不成立：")), told.lines[-1]
    assert not re.search(r"[a-z]{4,} [a-z]{2,}", told.lines[-1])


@pytest.mark.parametrize("part", ["about", "facts", "result", "rules", "program", "decided", "entry"])
def test_parts_that_are_missing_or_of_another_kind_are_named(cut_file: bytes, part: str) -> None:
    others: tuple[Any, ...] = ([], {}, "", 1, [[]], [{"key": "x"}])
    for other in others:
        told = recalculate(sealed_anew(cut_file, lambda body, other=other: body.update({part: other})))
        assert not told.right
        assert told.lines[-1].startswith("拒绝复算：")
    told = recalculate(sealed_anew(cut_file, lambda body: body.pop(part)))
    assert "部分不全" in told.lines[-1]


def test_rules_that_contradict_themselves_are_named_in_chinese(cut_file: bytes) -> None:
    def tear(body: dict[str, Any]) -> None:
        body["rules"]["content"]["grades"]["evaluation"]["bands"][0]["low"] = {"$decimal": "95"}

    assert "制度部分不成立：“良”与“优”之间有空档" in recalculate(sealed_anew(cut_file, tear)).lines[-1]
    emptied = sealed_anew(cut_file, lambda body: body["rules"]["content"]["grades"]["evaluation"].pop("label"))
    assert "“grades › evaluation › label”缺少" in recalculate(emptied).lines[-1]


def test_an_unknown_kind_is_refused(cut_file: bytes) -> None:
    told = recalculate(sealed_anew(cut_file, lambda body: body.update(kind="tea_leaves")))
    assert "不认识的决定类别" in told.lines[-1]


def test_huge_numbers_in_the_rules_are_refused_before_anything_is_worked_out(cut_file: bytes) -> None:
    def swell(body: dict[str, Any]) -> None:
        body["rules"]["content"]["grades"]["evaluation"]["full"] = {"$decimal": "1E+999999999"}

    assert "写法不对" in recalculate(sealed_anew(cut_file, swell)).lines[-1]


# --- what the person decided is held against the rules


def test_a_decision_outside_the_bounds_without_reason_is_named() -> None:
    facts = cut.Facts(
        kind="fiscal", kind_label="财政评价", grades="evaluation", score=Decimal(85), base_fen=10**8, for_budget_year=2024
    )
    decided = cut.Decided(asked_ratio=Decimal(0), ratio=Decimal(50), reason="", exception_reason="")
    told = recalculate(filed(KINDS["cut"], facts, decided))
    assert not told.right
    assert sum("不合制度" in line for line in told.lines) >= 2


def test_a_recheck_that_differs_without_reason_is_named() -> None:
    row = self_evaluation.Row(
        **{**ROW, "name": "建成管网", "weight": Decimal(90), "method": "proportional", "operator": ">=",
           "target": Decimal(30), "actual": Decimal(30)}
    )  # fmt: skip
    facts = self_evaluation.Facts(budget_fen=10**8, executed_fen=10**8, rows=(row,))
    again = self_evaluation.Checked(name="建成管网", points=Decimal(60), reason="")
    decided = self_evaluation.Decided(rows=(again,), note="")
    told = recalculate(filed(KINDS["self_evaluation"], facts, decided))
    assert any("没有写明理由" in line for line in told.lines)
    assert not told.right


@pytest.mark.parametrize(
    ("more", "allowed"),
    [
        ({}, True),
        ({"goals": ()}, False),
        ({"goals": (ledger_gate.Goal(approved=True, handed_in=True, money_fen=99_999_999),)}, False),
        ({"conclusion": ""}, False),
        ({"conclusion": "not_supported"}, False),
        ({"library_state": "entered", "conclusion": ""}, True),
        ({"unmet": (ledger_gate.Unmet(text="补立项依据", due=date(2023, 1, 1)),)}, False),
        ({"ceilings": (ledger_gate.Ceiling(ceiling_fen=99_999_999, left="上年评价为中", clause="《办法》"),)}, False),
        ({"ceilings": (ledger_gate.Ceiling(ceiling_fen=100_000_000, left="上年评价为中", clause="《办法》"),)}, True),
        ({"others": (ledger_gate.Other(message="已暂停支付", clause="《办法》"),)}, False),
    ],
)
@pytest.mark.feature("1.04")
def test_the_gate_of_the_ledger_is_worked_out_refused_and_allowed(more: dict[str, Any], allowed: bool) -> None:
    facts = ledger_gate.Facts(**{**GATE, **more})
    content = filed(KINDS["ledger_gate"], facts, None)
    result = opened(content).work_out().result
    assert isinstance(result, ledger_gate.Result)
    assert (result.allowed, not result.against) == (allowed, allowed)
    assert all("《" in one.clause for one in result.against)
    assert recalculate(content).right


# --- the command


@pytest.fixture
def no_packs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without packs, database or settings."""
    monkeypatch.setattr(loading, "PACKS", tmp_path / "none")
    monkeypatch.delenv("DJANGO_SETTINGS_MODULE", raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.mark.usefixtures("no_packs")
def test_the_command_works_a_file_out_where_there_is_nothing_else(
    cut_file: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "决定包.json"
    path.write_bytes(cut_file)
    assert main(["recalculate", str(path)]) == 0
    printed = capsys.readouterr().out
    assert "核减：500.00×20%＝100.00万元" in printed
    assert "《" in printed
    path.write_bytes(cut_file.replace("按幅度".encode(), "按上限".encode()))
    assert main(["recalculate", str(path)]) == 1
    assert "与摘要不符" in capsys.readouterr().out
    assert main(["recalculate", str(tmp_path / "nothing.json")]) == 1
    assert "没有这个文件" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("chain", "status", "words"),
    [
        ([{}], 0, "与文件所载相同"),
        ([{"digest": "1" * 64}], 1, "链被重写过"),
        ([{"algorithm": "sm3"}], 1, "链被重写过"),
        ([{"number": 11}], 1, "链上没有第 12 条"),
        ([], 1, "链上没有第 12 条"),
    ],
)
@pytest.mark.usefixtures("no_packs")
def test_the_entry_is_held_against_an_exported_chain(
    cut_file: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str], chain: list[Any], status: int, words: str
) -> None:
    path, exported = tmp_path / "决定包.json", tmp_path / "链.jsonl"
    path.write_bytes(cut_file)
    usual = {"number": 12, "action": "evaluation.confirm", "algorithm": "sha256", "digest": "0" * 64}
    head = {"name": "盐池县", "number": 12, "digest": "0" * 64}
    rows = [head, [], "x", *({**usual, **one} for one in chain)]
    exported.write_text("\n".join(["not json", *map(json.dumps, rows)]), encoding="utf-8")
    assert main(["recalculate", str(path), "--chain", str(exported)]) == status
    assert words in capsys.readouterr().out
    path.write_bytes(cut_file + b" ")
    assert main(["recalculate", str(path), "--chain", str(exported)]) == 1
    assert "对照" not in capsys.readouterr().out


def test_nothing_of_the_pure_part_needs_django() -> None:
    names = [name for name in sys.modules if name.startswith("jiheng.rules.decision_package")]
    assert names
    for name in names:
        held = vars(sys.modules[name]).values()
        assert not any(getattr(one, "__module__", "").startswith("django") for one in held if hasattr(one, "__module__"))


@pytest.mark.parametrize("key", sorted(KINDS))
def test_an_excerpt_carries_no_more_than_the_decision_used(key: str) -> None:
    """Nobody's name, none of the forms, and of each parameter one value."""
    policy = entries(key).policy
    assert policy.responsible == ""
    assert not any((policy.workflows, policy.forms, policy.documents, policy.calendar))
    assert all(len(parameter.values) == 1 for parameter in policy.parameters.values())
