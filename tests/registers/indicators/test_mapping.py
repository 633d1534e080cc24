"""Another library beside the own one: proposed, confirmed by a person, counted."""

import json
from dataclasses import replace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from jiheng.channels.api.v1 import mappings
from jiheng.channels.api.v1.mappings import OtherBody
from jiheng.channels.api.v1.registers import library_mapping, library_mappings
from jiheng.foundation.workflow.advance import Refused
from jiheng.registers.indicators.mapping import choose, confirm, coverage_of, make_mapping, set_aside
from jiheng.registers.indicators.models import LibraryIndicator, LibraryMapping, MappedIndicator
from jiheng.registers.indicators.portable import library_text
from jiheng.registers.indicators.queries import sheet_of
from jiheng.registers.indicators.services import load_library
from jiheng.rules.indicator_sheet import Sheet
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def library() -> make.County:
    county = make.make_county()
    load_library(place=county.place, person=county.person("performance_office"))
    return county


def others() -> list[tuple[str, Sheet]]:
    one = sheet_of(LibraryIndicator.objects.get(name="培训考核合格率"))
    return [
        ("S-1", one),
        ("S-2", replace(one, name="培训人员考核合格率")),
        ("S-3", replace(one, name="电影放映场次", level2="数量指标", unit="场", definition="放映的场次")),
    ]


@pytest.mark.feature("4.10")
def test_pairs_are_proposed_then_confirmed_and_counted(library: make.County) -> None:
    office = library.person("performance_office")
    made = make_mapping(name="自治区共性指标库 2026 版", told=others(), person=office)
    rows = {one.code: one for one in made.rows.all()}
    assert rows["S-1"].own == rows["S-2"].own == LibraryIndicator.objects.get(name="培训考核合格率")
    assert rows["S-3"].own is None
    assert coverage_of(made).mapped == 0
    assert confirm(rows=[rows["S-1"], rows["S-2"]], person=office) == 2
    told = coverage_of(made)
    assert (told.others, told.mapped, told.reached, told.merged, told.lossless) == (3, 2, 1, 2, 0)
    with pytest.raises(Refused, match="还没有对应的指标"):
        confirm(rows=[rows["S-3"]], person=office)
    set_aside(rows=[rows["S-2"]], person=office)
    assert coverage_of(made).lossless == 1
    choose(row=rows["S-3"], code="TY-HY-01", person=office)
    kept = MappedIndicator.objects.get(pk=rows["S-3"].pk)
    assert (kept.state, kept.own and kept.own.code, kept.ground) == ("confirmed", "TY-HY-01", "由人指定")
    with pytest.raises(Refused, match="没有编号"):
        choose(row=rows["S-3"], code="NO-1", person=office)
    answer = library_mapping(office, made)
    assert [(one.own_code, one.state) for one in answer.rows][1][1] == "none"
    assert "不同，数值不能直接转" in answer.rows[2].loss
    assert library_mappings(office).items[0].mapped == 2


def test_only_who_keeps_the_library_confirms(library: make.County) -> None:
    office, unit = library.person("performance_office"), library.person("unit_project")
    made = make_mapping(name="省库", told=others(), person=office)
    for act in (
        lambda: make_mapping(name="市库", told=others(), person=unit),
        lambda: confirm(rows=list(made.rows.all()[:1]), person=unit),
        lambda: choose(row=made.rows.all()[0], code="TY-HY-01", person=unit),
    ):
        with pytest.raises(Refused):
            act()
    with pytest.raises(Refused, match="已有与"):
        make_mapping(name="省库", told=others(), person=office)
    with pytest.raises(Refused, match="编号不能重复"):
        make_mapping(name="市库", told=[*others(), *others()], person=office)


def test_a_file_becomes_a_mapping_that_is_confirmed_and_downloaded(library: make.County) -> None:
    client = make.sign_in(Client(), library.person("performance_office"))
    assert "还没有对照" in client.get(reverse("indicators:mappings")).content.decode()
    content = library_text(library.place)
    assert json.loads(content)
    file = SimpleUploadedFile("省库.json", content)
    answer = client.post(reverse("indicators:mapping_new"), {"name": "省库", "file": file})
    made = LibraryMapping.objects.get()
    assert answer.status_code == 302
    page = client.get(reverse("indicators:mapping", args=[made.pk])).content.decode()
    assert "名称相同" in page
    number = made.rows.count()
    assert f"0.0%（{number} 项中 0 项已确认对应）" in page
    first = made.rows.all()[0]
    client.post(reverse("indicators:mapping_decide", args=[made.pk, "confirm"]), {"pk": [first.pk]})
    first.refresh_from_db()
    assert first.state == "confirmed"
    page = client.get(reverse("indicators:mapping", args=[made.pk])).content.decode()
    assert f"{100 / number:.1f}%（{number} 项中 1 项已确认对应）" in page
    sheet = client.get(reverse("indicators:mapping", args=[made.pk]), {"export": "xlsx"})
    assert sheet.headers["Content-Type"].endswith("spreadsheetml.sheet")
    assert b"".join(sheet)[:2] == b"PK"
    assert client.post(reverse("indicators:mapping_decide", args=[made.pk, "other"]), {"pk": [first.pk]}).status_code == 404
    client.post(reverse("indicators:mapping_decide", args=[made.pk, "withdraw"]), {"pk": [first.pk]})
    first.refresh_from_db()
    assert (first.state, first.decided_on, first.decided_by) == ("proposed", None, "")
    assert client.post(reverse("indicators:mapping_decide", args=[made.pk, "withdraw"]), {"pk": [first.pk]}).status_code == 422
    row = client.get(reverse("indicators:mapped", args=[first.pk])).content.decode()
    assert "对应到这项指标" in row
    unit = make.sign_in(Client(), library.person("unit_project"))
    assert unit.get(reverse("indicators:mapping_new")).status_code == 403
    assert "对应到这项指标" not in unit.get(reverse("indicators:mapped", args=[first.pk])).content.decode()
    assert "S-1" not in unit.get(reverse("indicators:mappings")).content.decode()
    bad = client.post(reverse("indicators:mapping_new"), {"name": "坏的", "file": SimpleUploadedFile("x.json", b"{")})
    assert bad.status_code == 422


@pytest.mark.feature("4.10")
def test_a_program_sets_up_a_mapping_and_decides_about_its_rows(library: make.County) -> None:
    office = library.person("performance_office")
    sheets = [
        OtherBody(
            code=code, **{key: getattr(one, key) for key in (
                "sector", "category", "level1", "level2", "name", "operator", "method", "definition", "value", "unit", "formula",
                "data_source", "evidence", "basis", "direction",
            )},
        )
        for code, one in others()[:2]
    ]  # fmt: skip
    answer = mappings.add(office, name="省库", indicators=sheets)
    made = LibraryMapping.objects.get()
    assert (answer.id, answer.others, answer.mapped) == (made.pk, 2, 0)
    assert mappings.confirmed(office, made, codes=["S-1", "S-2"]).mapped == 2
    assert mappings.without(office, made, codes=["S-2"]).mapped == 1
    assert mappings.taken_back(office, made, codes=["S-1"]).mapped == 0
    chosen = mappings.chosen(office, made, code="S-2", own_code="TY-HY-01")
    assert [(one.code, one.own_code, one.state) for one in chosen.rows][1] == ("S-2", "TY-HY-01", "confirmed")
    with pytest.raises(Refused, match="对照中没有编号"):
        mappings.confirmed(office, made, codes=["S-9"])
    with pytest.raises(Refused):
        mappings.confirmed(library.person("unit_project"), made, codes=["S-1"])
