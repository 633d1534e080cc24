"""The file of published tables in and the report out: order, streaming, bad lines, status, words."""

import json
from pathlib import Path

import pytest

from jiheng.channels.exchange.published import ALL_READ, NO_FILE, SOME_UNREAD, check_file, run

CLEAN = {
    "project_name": "甲项目",
    "doc_type": "自评表",
    "source": "a",
    "budget_published": {"annual": "10", "executed": "9"},
}
OVER = {
    "project_name": "乙项目",
    "doc_type": "自评表",
    "source": "b",
    "budget_published": {"annual": "10", "executed": "12"},
}


def lines(folder: Path, *texts: bytes) -> Path:
    path = folder / "tables.jsonl"
    path.write_bytes(b"\n".join(texts))
    return path


def as_json(raw: object) -> bytes:
    return json.dumps(raw, ensure_ascii=False).encode()


def test_report_keeps_order_and_form(tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    summary = check_file(lines(tmp_path, as_json(CLEAN), b"", as_json(OVER)), out)
    entries = json.loads(out.read_text(encoding="utf-8"))
    assert [entry["index"] for entry in entries] == [0, 1]
    assert [entry["project_name"] for entry in entries] == ["甲项目", "乙项目"]
    assert entries[1]["findings"] == [
        {
            "check": "executed_le_budget",
            "where": "项目资金·全年执行数",
            "published": "12",
            "computed": "预算数10",
        }
    ]
    assert (summary.tables, summary.clean, summary.status) == (2, 1, ALL_READ)


def test_bad_lines_are_reported_in_their_place(tmp_path: Path) -> None:
    bad = [
        b"{broken",
        b"[1,2]",
        b"7",
        b'{"code": 1}',
        b"\xff\xfe\x00\x80",
        b"[" * 100_000,
        b"9" * 5000,
        b'{"a": NaN}',
    ]
    out = tmp_path / "out.json"
    summary = check_file(lines(tmp_path, as_json(CLEAN), *bad, as_json(OVER)), out)
    entries = json.loads(out.read_text(encoding="utf-8"))
    assert len(entries) == len(bad) + 2
    assert [entry["form"] for entry in entries] == ["F5", *[None] * len(bad), "F5"]
    assert all(entry["unread"] for entry in entries[1:-1])
    assert [finding["check"] for finding in entries[-1]["findings"]] == ["executed_le_budget"]
    assert summary.status == SOME_UNREAD


def test_encodings_and_marks_are_read(tmp_path: Path) -> None:
    text = json.dumps(OVER, ensure_ascii=False)
    path = lines(tmp_path, b"\xef\xbb\xbf" + text.encode(), text.encode("gbk") + b"\r")
    out = tmp_path / "out.json"
    check_file(path, out)
    assert [entry["project_name"] for entry in json.loads(out.read_text(encoding="utf-8"))] == [
        "乙项目",
        "乙项目",
    ]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_whole_file_in_any_encoding_and_line_end(tmp_path: Path, encoding: str, end: str) -> None:
    path, out = tmp_path / "tables.jsonl", tmp_path / "out.json"
    text = end.join(json.dumps(raw, ensure_ascii=False) for raw in (CLEAN, OVER)) + end + end
    path.write_bytes(text.encode(encoding))
    assert check_file(path, out).status == ALL_READ
    entries = json.loads(out.read_text(encoding="utf-8"))
    assert [(entry["index"], entry["project_name"], len(entry["findings"])) for entry in entries] == [
        (0, "甲项目", 0),
        (1, "乙项目", 1),
    ]


def test_entries_have_the_keys_of_the_data_s_description_in_their_order(tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    check_file(lines(tmp_path, as_json(OVER), b"{", as_json({"project_name": None, "indicators": None})), out)
    for entry in json.loads(out.read_text(encoding="utf-8")):
        assert list(entry) == ["index", "source", "project_name", "form", "findings", "unread"]
        assert all(list(one) == ["check", "where", "published", "computed"] for one in entry["findings"])
        assert all(set(one) == {"where", "published", "why"} for one in entry["unread"])
        assert all(
            isinstance(text, str) for one in entry["findings"] + entry["unread"] for text in one.values()
        )


def test_what_is_no_table_is_said_in_chinese(tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    check_file(lines(tmp_path, b"[]", b"null", b"true", b'"x"', b"1.5"), out)
    why = [entry["unread"][0]["why"] for entry in json.loads(out.read_text(encoding="utf-8"))]
    assert [words.split("而是")[1].split("；")[0] for words in why] == [
        "列表",
        "空值",
        "真假值",
        "文字",
        "数字",
    ]


def test_exact_decimals_and_lone_surrogates(tmp_path: Path) -> None:
    raw = b'{"project_name": "\\ud800", "doc_type": "x", "budget": {"annual_wan": 0.1, "executed_wan": 0.30000000000000004}}'
    out = tmp_path / "out.json"
    check_file(lines(tmp_path, raw), out)
    assert json.loads(out.read_text(encoding="utf-8"))[0]["findings"][0]["published"] == "0.30000000000000004"


def test_empty_file_is_an_empty_list(tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    assert run([str(lines(tmp_path)), "--json", str(out)]) == ALL_READ
    assert json.loads(out.read_text(encoding="utf-8")) == []


def test_run_prints_chinese_summary_and_status(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = lines(tmp_path, as_json(CLEAN), as_json(OVER))
    assert run([str(path)]) == ALL_READ
    said = capsys.readouterr().out
    assert "共 2 行" in said
    assert "执行数大于预算数（executed_le_budget）：1 张 1 处" in said
    assert "[1] 乙项目" in said
    assert run([str(lines(tmp_path, b"{"))]) == SOME_UNREAD
    assert "第1行" in capsys.readouterr().out


def test_missing_file_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([str(tmp_path / "none.jsonl")]) == NO_FILE
    assert run([str(lines(tmp_path)), "--json", str(tmp_path / "no" / "out.json")]) == NO_FILE
    assert "不能读写" in capsys.readouterr().err


def test_report_never_overwrites_its_input(tmp_path: Path) -> None:
    path = lines(tmp_path, as_json(CLEAN))
    assert run([str(path), "--json", str(path)]) == NO_FILE
    assert path.read_bytes() == as_json(CLEAN)
