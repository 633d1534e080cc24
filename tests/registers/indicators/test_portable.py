"""The library as a workbook and as JSON: out and in again the same, every fault at once, nothing past its review."""

import io
import json
from dataclasses import replace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from jiheng.channels.exchange.files.indicators import DEFINITION, LIST
from jiheng.channels.exchange.kinds import Setting
from jiheng.channels.exchange.workbook import list_workbook
from jiheng.foundation.sheets.tables import read_table
from jiheng.foundation.workflow.advance import Refused
from jiheng.registers.indicators.models import LibraryIndicator, Proposal
from jiheng.registers.indicators.portable import (
    TEXTS,
    held,
    library_text,
    sheet_of_words,
    sheets_in_text,
    words_of,
)
from jiheng.registers.indicators.proposing import act_on, propose_list
from jiheng.registers.indicators.queries import sheet_of
from jiheng.registers.indicators.services import load_library, settled, telling
from jiheng.registers.indicators.starter import starter_library
from jiheng.rules.indicator_sheet import LABELS, LONGEST, Reference, Sheet, tidied
from tests import make
from tests.channels.exchange.sheets import import_now, send, wrong
from tests.registers.indicators.test_life import DATA, through
from tests.registers.indicators.written import added


def text(most: int) -> st.SearchStrategy[str]:
    evil = st.sampled_from(["=1+1", "'=1", "@SUM(A1)", "-5", "+86", "007", "1e5", "_x0041_", "a|b", "合计", "甲\n乙", "\t空 格 "])
    return st.one_of(evil, st.text(max_size=most)).map(lambda one: one[:most])


REFERENCES = st.lists(
    st.builds(
        Reference,
        kind=st.sampled_from(["plan", "industry", "history", "other"]),
        value=text(20).filter(lambda one: tidied(replace(DATA, name=one.replace("|", " ").replace("｜", " "))).name != ""),
        year=st.integers(1978, 2100),
        region=text(20),
        source=text(40),
    ),
    max_size=3,
).map(tuple)
SHEETS = st.builds(
    lambda choices, references, **texts: settled(replace(DATA, **texts, **choices, references=references)),
    choices=st.sampled_from(
        [
            {"operator": ">=", "method": "proportional", "direction": "positive"},
            {"operator": "<=", "method": "reverse_ratio", "direction": ""},
            {"operator": "=", "method": "zero_target", "direction": "moderate", "frequency": "month"},
            {"operator": "qualitative", "method": "qualitative_tiers", "direction": "none"},
        ]
    ),
    references=REFERENCES,
    **{key: text(min(most, 60)) for key, most in LONGEST.items()},
)


def through_a_workbook(rows: list[tuple[str, Sheet]]) -> list[tuple[str, Sheet]]:
    told = [(code, *(words_of(sheet)[key] or None for key in (*TEXTS, "references"))) for code, sheet in rows]
    read = read_table(DEFINITION, list_workbook(DEFINITION, told, label="指标库"), name="a.xlsx")
    lines = sorted([*read.rows, *read.wrong_rows], key=lambda one: one.number)
    words = [{key: str(value or "") for key, value in one.values.items()} for one in lines]
    return [(one["code"], sheet_of_words(one)[0]) for one in words]


@pytest.mark.feature("4.09")
@settings(max_examples=60, deadline=None)
@given(st.lists(SHEETS, min_size=1, max_size=4))
def test_sheets_are_the_same_after_a_workbook(sheets: list[Sheet]) -> None:
    rows = [(f"BJ-{number:05d}", one) for number, one in enumerate(sheets)]
    assert through_a_workbook(rows) == rows


@pytest.mark.feature("4.09")
@settings(max_examples=60, deadline=None)
@given(st.lists(SHEETS, min_size=1, max_size=4))
def test_sheets_are_the_same_after_json(sheets: list[Sheet]) -> None:
    rows = [{"code": f"C{number}", **telling(one)} for number, one in enumerate(sheets)]
    whole = {"format": "jiheng-library", "version": 1, "indicators": rows}
    content = json.dumps(whole, ensure_ascii=False).encode()
    assert sheets_in_text(content) == [(f"C{number}", one) for number, one in enumerate(sheets)]


def test_starter_library_is_the_same_after_a_workbook() -> None:
    rows = [(one.code, one.sheet) for one in starter_library().indicators]
    assert through_a_workbook(rows) == rows


def test_workbook_holds_no_formula() -> None:
    sheet = settled(replace(DATA, name="=HYPERLINK(1)", basis="@cmd", aliases="+1"))
    row = ("A-1", *(words_of(sheet)[key] or None for key in (*TEXTS, "references")))
    page = load_workbook(io.BytesIO(list_workbook(DEFINITION, [row], label="指标库"))).worksheets[0]
    cells = [one for line in page.iter_rows(min_row=2) for one in line if one.value]
    assert {one.data_type for one in cells} == {"s"}
    assert [one for one in map(str, (two.value for two in cells)) if one[1:] and one[0] in "=+-@"] == []


@pytest.fixture
def county() -> make.County:
    return make.make_county()


@pytest.mark.feature("4.09")
@pytest.mark.django_db
def test_library_loaded_elsewhere_from_json_is_identical(county: make.County) -> None:
    load_library(place=county.place, person=county.person("performance_office"))
    added(county.place, DATA, county.person("performance_office"))
    out = library_text(county.place)
    LibraryIndicator.objects.update(place=make.make_place("national", "他县"))
    made = propose_list(told=sheets_in_text(out), ground="从他县移来", person=county.person("unit_project"))
    assert LibraryIndicator.objects.filter(place=county.place).count() == 0
    through(county, made)
    assert library_text(county.place) == out


@pytest.mark.feature("4.09", "4.05")
@pytest.mark.django_db
def test_list_revises_what_differs_and_leaves_the_rest(county: make.County) -> None:
    office = county.person("performance_office")
    one, other = added(county.place, DATA, office), added(county.place, replace(DATA, name="改造水闸座数"), office)
    told = [
        (one.code, replace(sheet_of(one), value="20")),
        (other.code, sheet_of(other)),
        ("", replace(sheet_of(one), name="新建泵站座数", unit="座")),
    ]
    made = propose_list(told=told, ground="年度修订", person=office)
    assert made.name == "新增 1 项，修订 1 项"
    through_others(county, made)
    one.refresh_from_db()
    other.refresh_from_db()
    assert (one.value, one.revision, other.revision) == ("20", 2, 1)
    assert LibraryIndicator.objects.get(name="新建泵站座数").code == "BJ-00003"
    with pytest.raises(Refused, match="没有要改的"):
        propose_list(told=told[:2], ground="再传一次", person=office)


@pytest.mark.django_db
def test_list_on_an_older_library_is_not_published(county: make.County) -> None:
    office = county.person("performance_office")
    one = added(county.place, DATA, office)
    first, second = (
        propose_list(told=[(one.code, replace(sheet_of(one), value=value))], ground="改值", person=office)
        for value in ("20", "30")
    )
    through_others(county, first)
    act_on(proposal=second, action="review", comment="可以", person=county.person("division"))
    with pytest.raises(Refused, match="有了变化"):
        act_on(proposal=second, action="publish", comment="", person=county.person("bureau_leader"))


def through_others(county: make.County, proposal: Proposal) -> None:
    act_on(proposal=proposal, action="review", comment="可以", person=county.person("division"))
    act_on(proposal=proposal, action="publish", comment="", person=county.person("bureau_leader"))


@pytest.mark.django_db
def test_every_fault_of_a_list_is_told_at_once(county: make.County) -> None:
    office = county.person("performance_office")
    added(county.place, DATA, office)
    bad = [replace(DATA, unit="", basis=""), DATA, replace(DATA, name="新"), replace(DATA, name="新")]
    with pytest.raises(Refused) as refused:
        propose_list(told=[("", one) for one in bad], ground="试", person=office)
    said = [str(one) for one in refused.value.refusals]
    assert [one.partition("“")[0] for one in said] == ["第 1 项"] * 3 + ["第 2 项", "第 4 项"]
    assert Proposal.objects.count() == 0
    text_of = {"format": "jiheng-library", "version": 1, "indicators": [{"code": 1}, [], {"x": 2}]}
    with pytest.raises(Refused) as refused:
        sheets_in_text(json.dumps(text_of).encode())
    assert len(refused.value.refusals) == 3


@pytest.mark.feature("4.09")
@pytest.mark.django_db
def test_workbook_comes_back_as_a_proposal_with_faults_at_their_cells(county: make.County) -> None:
    office = county.person("performance_office")
    one = added(county.place, DATA, office)
    setting = Setting(office, None)
    row = list(next(iter(LIST.rows(setting))))
    at = {key: number for number, key in enumerate(("code", *TEXTS, "references"))}
    worse = row.copy()
    worse[at["code"]], worse[at["name"]], worse[at["unit"]] = None, "没有单位的指标", None
    worse[at["references"]] = "行业｜1\n乱写"
    content = list_workbook(DEFINITION, [row, worse], label="指标库")
    found = wrong(send(county, "indicators", content))
    assert {cell[-1] for cell in found} == {"3"}
    assert len(found) == 2
    row[at["value"]] = "33"
    new = row.copy()
    new[at["code"]], new[at["name"]] = None, "新建渠道长度"
    batch = send(county, "indicators", list_workbook(DEFINITION, [row, new], label="指标库"))
    import_now(batch, office)
    made = Proposal.objects.get()
    assert (made.name, LibraryIndicator.objects.count()) == ("新增 1 项，修订 1 项", 1)
    through_others(county, made)
    one.refresh_from_db()
    assert one.value == "33"


@pytest.mark.feature("4.09")
@pytest.mark.django_db
def test_pages_take_json_out_and_back(county: make.County) -> None:
    office = county.person("performance_office")
    one = added(county.place, DATA, office)
    client = make.sign_in(Client(), county.person("unit_project"))
    whole = json.loads(client.get(reverse("indicators:json_file")).content)
    assert whole["indicators"][0]["name"] == DATA.name
    whole["indicators"][0]["value"] = "21"

    def post(told: Any) -> Any:
        file = SimpleUploadedFile("a.json", json.dumps(told).encode())
        return client.post(reverse("indicators:json"), {"file": file, "ground": "改值"})

    assert post({**whole, "version": 9}).status_code == 422
    assert post(whole).status_code == 302
    made = Proposal.objects.get()
    page = client.get(reverse("indicators:proposal", args=[made.pk])).content.decode()
    assert "<ins>21</ins>" in page
    rows: Any = client.get(reverse("indicators:proposal_rows", args=[made.pk]))
    assert b"".join(rows.streaming_content).startswith(b"PK")
    assert client.get(reverse("indicators:proposals")).status_code == 200
    assert (one.code, held(county.place, [(one.code, sheet_of(one))])[0].same) == ("BJ-00001", True)
    assert set(LABELS) == {*TEXTS, "references"}
