"""The chain outside the program: anchors kept every day, the exported chain, the verifier that needs only Python."""

import hashlib
import json
import random
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings

from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Place
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.audit.anchors import LIST, keep_daily, kept_outside, missing_outside
from jiheng.foundation.audit.export import export_chains
from jiheng.foundation.audit.models import Anchor, Entry, Head
from jiheng.foundation.audit.queries import first_break
from jiheng.foundation.audit.services import act, record
from jiheng.foundation.audit.verifier import anchors_in, sm3
from tests.make import make_organisation, make_person, make_place

DAY = date(2023, 5, 10)


@pytest.fixture
def person(db: None) -> Person:
    person = make_person(make_organisation(make_place(), "bureau", "财政局"), "performance_office")
    with clock.at(DAY):
        for number in range(3):
            with act(person):
                record("trial.one", f"x:{number}", {"意见": "同意“一”\n第二行", "fen": number}, "第一条")
    return person


# --- SM3


def test_sm3_in_plain_python_gives_the_digests_of_the_standard() -> None:
    """GB/T 32905-2016, appendix A."""
    assert sm3(b"abc") == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    assert sm3(b"abcd" * 16) == "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"


def test_sm3_in_plain_python_agrees_with_openssl() -> None:
    chance = random.Random(3)
    for length in (*range(130), 1000, 4096):
        data = chance.randbytes(length)
        assert sm3(data) == hashlib.new("sm3", data).hexdigest(), length


def test_change_of_algorithm_is_an_entry_and_both_parts_verify(person: Person) -> None:
    with override_settings(AUDIT_ALGORITHM="sha256"), act(person):
        record("trial.two", "x:9")
    with override_settings(AUDIT_ALGORITHM="sm3"), act(person):
        record("trial.three", "x:9")
    rows = list(Entry.objects.filter(place_id=person.place_id).order_by("number"))
    switches = [(one.detail, one.algorithm) for one in rows if one.action == "audit.algorithm"]
    assert switches[-1] == ({"from": "sha256", "to": "sm3"}, "sha256"), "sealed with the old one still"
    assert rows[-1].algorithm == "sm3"
    assert first_break(person.place_id) is None


@override_settings(AUDIT_ALGORITHM="auto")
def test_chain_in_sm3_stays_so_on_a_host_without_it(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    with override_settings(AUDIT_ALGORITHM="sm3"), act(person):
        record("trial.two", "x:9")
    monkeypatch.setattr("jiheng.foundation.audit.chain.HAS_SM3", False)
    monkeypatch.setattr("jiheng.foundation.audit.verifier.HAS_SM3", False)
    with act(person):
        record("trial.three", "x:9")
    assert Entry.objects.get(action="trial.three").algorithm == "sm3"
    assert first_break(person.place_id) is None


# --- anchors


def test_daily_anchor_is_written_once_into_every_folder(person: Person, tmp_path: Path) -> None:
    folders = [tmp_path / "审计局", tmp_path / "打印"]
    for one in folders:
        one.mkdir()
    with override_settings(ANCHOR_FOLDERS=folders):
        with clock.at(DAY):
            assert keep_daily() == []
            kept = Head.objects.get(place_id=person.place_id)
            with act(person):
                record("trial.two", "x:9")
            assert keep_daily() == []
        with clock.at(date(2023, 5, 11)):
            keep_daily()
        outside = kept_outside(Place.objects.get(pk=person.place_id).code)
    assert outside.troubles == ()
    assert outside.anchors[kept.number] == kept.digest
    assert len(outside.anchors) == 2
    made = Anchor.objects.get(day=DAY)
    assert (made.number, made.kept_in) == (kept.number, [str(one) for one in folders])
    for one in folders:
        assert len((one / LIST).read_text(encoding="utf-8").splitlines()) == 2
        sheet = next(one.glob("*2023-05-10.txt")).read_text(encoding="utf-8")
        assert f"{kept.number}:{kept.digest}" in sheet
    assert first_break(person.place_id, outside.anchors) is None


def test_folder_that_cannot_be_written_is_named_and_the_others_still_serve(person: Person, tmp_path: Path) -> None:
    with override_settings(ANCHOR_FOLDERS=[tmp_path / "没有这个目录", tmp_path]), clock.at(DAY):
        told = keep_daily()
    assert len(told) == 1
    assert "没有这个目录" in told[0]
    assert Anchor.objects.get().kept_in == [str(tmp_path)]


def test_folder_that_comes_back_the_same_day_gets_the_anchor_of_the_day(person: Person, tmp_path: Path) -> None:
    away = tmp_path / "审计局"
    with override_settings(ANCHOR_FOLDERS=[tmp_path, away]), clock.at(DAY):
        assert len(keep_daily()) == 1
        with act(person):
            record("trial.two", "x:9")
        assert len(keep_daily()) == 1, "said as long as it is so"
        away.mkdir()
        assert keep_daily() == keep_daily() == []
    here, there = ((one / LIST).read_text(encoding="utf-8") for one in (tmp_path, away))
    assert here == there
    assert here.count("\n") == Anchor.objects.count() == 1


def test_anchor_that_was_taken_out_of_the_folder_or_changed_there_is_named(person: Person, tmp_path: Path) -> None:
    code = Place.objects.get(pk=person.place_id).code
    two = tmp_path / "b"
    two.mkdir()
    with override_settings(ANCHOR_FOLDERS=[tmp_path, two]), clock.at(DAY):
        keep_daily()
        listed = tmp_path / LIST
        digest = Head.objects.get(place_id=person.place_id).digest
        listed.write_text(listed.read_text(encoding="utf-8").replace(digest, "0" * 64), encoding="utf-8")
        assert "各处不一致" in kept_outside(code).troubles[0]
        for one in (tmp_path, two):
            (one / LIST).unlink()
        assert [one.number for one in missing_outside(person.place_id, kept_outside(code).anchors)] == [
            Head.objects.get(place_id=person.place_id).number
        ]


def test_two_anchors_of_one_number_are_not_guessed() -> None:
    with pytest.raises(ValueError, match="两个不同的锚点"):
        anchors_in(f"a 3:{'0' * 64}\na 3:{'1' * 64}\n", "a")
    assert anchors_in(f"2023-05-10 a 3:{'0' * 64}\n2023-05-10 b 4:{'1' * 64}\n说明", "a") == {3: "0" * 64}


# --- the verifier in one file


def offline(folder: Path, *arguments: str) -> tuple[int, str]:
    """Run the exported verifier in a bare Python: no packages, no environment, another working directory."""
    command = [sys.executable, "-I", "-S", str(folder / "verify.py"), *arguments]
    done = subprocess.run(command, cwd="/", env={}, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def given(person: Person, tmp_path: Path) -> tuple[Path, str]:
    export_chains([], tmp_path, names=True)
    return tmp_path, Place.objects.get(pk=person.place_id).code


def test_verifier_needs_nothing_but_python(given: tuple[Path, str]) -> None:
    folder, code = given
    head = Head.objects.get(place__code=code)
    chain, names = str(folder / f"链-{code}.jsonl"), str(folder / f"个人信息-{code}.jsonl")
    status, text = offline(folder, chain, "--anchor", f"{head.number}:{head.digest}", "--names", names)
    assert status == 0, text
    assert f"审计链完整，共 {head.number} 条" in text
    assert "与 1 个库外锚点一致" in text
    assert "个人信息 1 项与链上的摘要相符" in text
    status, text = offline(folder, chain)
    assert (status, "没有给出库外锚点" in text) == (0, True)


def test_verifier_names_what_was_changed_in_the_export(given: tuple[Path, str]) -> None:
    folder, code = given
    path = folder / f"链-{code}.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines()

    def said(changed: list[str], *more: str) -> tuple[int, str]:
        path.write_text("\n".join(changed) + "\n", encoding="utf-8")
        return offline(folder, str(path), *more)

    row: dict[str, Any] = json.loads(lines[2])
    status, text = said([*lines[:2], json.dumps({**row, "clause": "改"}, ensure_ascii=False), *lines[3:]])
    assert (status, "第 2 条：内容与摘要不符" in text) == (1, True)
    status, text = said([*lines[:2], *lines[3:]])
    assert (status, "第 2 条：缺少该条" in text) == (1, True)
    status, text = said(lines[:-1])
    assert (status, "实有" in text) == (1, True)
    status, text = said(lines, "--anchor", f"2:{'0' * 64}")
    assert (status, "链曾被整体重写" in text) == (1, True)
    names = folder / f"个人信息-{code}.jsonl"
    names.write_text(names.read_text(encoding="utf-8").replace("财政局", "教育局"), encoding="utf-8")
    status, text = said(lines, "--names", str(names))
    assert (status, "个人信息与链上的摘要不符" in text) == (1, True)


@pytest.mark.parametrize("content", ["", "不是 JSON", '{"a":1}\n', "[]\n"])
def test_verifier_says_in_words_what_it_cannot_read(given: tuple[Path, str], content: str) -> None:
    folder, _ = given
    path = folder / "坏.jsonl"
    path.write_text(content, encoding="utf-8")
    status, text = offline(folder, str(path))
    assert (status, "读不出来" in text, "Traceback" in text) == (2, True, False)


def test_names_stay_at_home_unless_asked(person: Person, tmp_path: Path) -> None:
    made = export_chains([], tmp_path, names=False)
    assert not any("个人信息" in one.name for one in made)
    whole = "".join(one.read_text(encoding="utf-8") for one in made)
    assert person.name not in whole
