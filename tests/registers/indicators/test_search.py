"""Searching the library in Chinese: the same questions on both databases, with the same answers."""

from dataclasses import replace

import pytest
from django.test import Client
from django.urls import reverse

from jiheng.registers.indicators.models import LibraryIndicator
from jiheng.registers.indicators.queries import search_library
from jiheng.registers.indicators.search import for_postgresql, for_sqlite
from jiheng.registers.indicators.services import columns_of
from jiheng.registers.indicators.synonyms import synonyms
from jiheng.rules.chinese import question_of
from jiheng.rules.indicator_sheet import Sheet, pieces_of
from tests import make
from tests.registers.indicators.written import added, changed

NAMES = (
    "服务对象满意度",
    "参训学员满意率",
    "农村公路修建里程",
    "桥梁建设座数",
    "绩效目标完成率",
    "ＧＤＰ增长率",
    "𠮷田村供水覆盖率",
    "满员意向登记数",
)
SHEET = Sheet(
    sector="通用",
    category="综合",
    level1="产出指标",
    level2="数量指标",
    name="",
    definition="按年度统计",
    operator=">=",
    method="proportional",
    value="1",
    unit="个",
    data_source="台账",
    evidence="台账",
    basis="本地标准",
)


@pytest.fixture
def library() -> make.County:
    county = make.make_county()
    LibraryIndicator.objects.bulk_create(
        LibraryIndicator(place=county.place, code=f"T-{at}", **columns_of(replace(SHEET, name=name), f"T-{at}"))
        for at, name in enumerate(NAMES)
    )
    return county


def names(county: make.County, words: str) -> set[str]:
    return {one.name for one in search_library(county.person("unit_project"), words=words)}


@pytest.mark.feature("4.02")
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("满意", {"服务对象满意度", "参训学员满意率"}),
        ("满意度", {"服务对象满意度", "参训学员满意率"}),
        ("道路 里程", {"农村公路修建里程"}),
        ("道路建设", {"农村公路修建里程"}),
        ("桥", {"桥梁建设座数"}),
        ("座", {"桥梁建设座数"}),
        ("jxmb", {"绩效目标完成率"}),
        ("gdp", {"ＧＤＰ增长率"}),
        ("ＧＤＰ 增长", {"ＧＤＰ增长率"}),
        ("𠮷田", {"𠮷田村供水覆盖率"}),
        ("T-3", {"桥梁建设座数"}),
        ("年度统计", set(NAMES)),
        ("道路 满意", {"服务对象满意度", "参训学员满意率"}),
        ("') OR 1=1 --", set()),
        ('"*', set()),
    ],
)
def test_search_answers(library: make.County, words: str, wanted: set[str]) -> None:
    assert names(library, words) == wanted


@pytest.mark.django_db
def test_search_follows_changes_and_removal(library: make.County) -> None:
    office = library.person("performance_office")
    made = added(library.place, replace(SHEET, name="灌区衬砌渠道长度"), office)
    assert names(library, "渠道") == {"灌区衬砌渠道长度"}
    changed(made, replace(SHEET, name="田间水渠"), office)
    assert (names(library, "渠道长度"), names(library, "tjsq")) == (set(), {"田间水渠"})
    LibraryIndicator.objects.filter(code="T-3").delete()
    assert names(library, "桥梁") == set()


@pytest.mark.django_db
def test_list_searches_the_same_way(library: make.County) -> None:
    client = make.sign_in(Client(), library.person("unit_project"))
    page = client.get(reverse("indicators:list"), {"q": "jxmb"}).content.decode()
    assert "绩效目标完成率" in page
    assert "桥梁建设座数" not in page


def test_questions_hold_letters_and_digits_alone() -> None:
    asked = question_of("满意 a'b\"c*", synonyms())
    assert set(for_sqlite(asked)) <= set('abcdefghijklmnopqrstuvwxyz0123456789 "()*ANDOR')
    assert set(for_postgresql(asked)) <= set("abcdefghijklmnopqrstuvwxyz0123456789 ()<->|&:*")


def test_synonyms_are_groups_of_different_words() -> None:
    groups = synonyms()
    assert len(groups) >= 30
    assert [group for group in groups if len(set(group)) < max(2, len(group))] == []
    assert "p" in pieces_of(replace(SHEET, name="桥"), "T")
