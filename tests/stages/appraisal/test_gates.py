"""The project's page shows every gate of its life, and a gate says what the refused act says."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from jiheng.foundation import clock
from jiheng.foundation.workflow.advance import Refused
from jiheng.registers.budgets.services import Posting, gate_refusals, post
from jiheng.registers.cycles.services import open_cycle
from jiheng.registers.subjects.life import gates_of
from jiheng.registers.subjects.models import SubjectYear
from jiheng.rules.gates import ORDER, Gate, Stand
from jiheng.stages.appraisal.queries import gate_refusals as library_gate
from jiheng.stages.appraisal.services import conclude_appraisal, enter_library
from tests.make import DAY, County, make_appraisal, make_county, make_promise, make_subject, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def county() -> County:
    return make_county()


def gates(county: County, year: SubjectYear, role: str = "performance_office") -> dict[str, Gate]:
    return {one.key: one for one in gates_of(year, county.person(role))}


def stands(county: County, year: SubjectYear) -> dict[str, str]:
    return {key: one.stand.value for key, one in gates(county, year).items()}


@pytest.mark.feature("1.04")
def test_every_gate_in_order_and_the_page_says_what_the_act_says(county: County, client: Client) -> None:
    with clock.at(DAY):
        year = make_subject(county, change="new", name="数字课堂建设项目")
        assert list(gates(county, year)) == list(ORDER)
        held = {"appraisal", "library", "goal", "budget"}
        assert {key for key, stand in stands(county, year).items() if stand == "held"} == held
        with pytest.raises(Refused) as caught:
            enter_library(year=year, person=county.person("division"))
        assert list(gates(county, year)["library"].refusals) == caught.value.refusals
        asked = [Posting(year, "initial", year.requested_fen, DAY)]
        with pytest.raises(Refused) as caught:
            post(posting=asked[0], person=county.person("treasury"))
        assert list(gates(county, year)["budget"].refusals) == caught.value.refusals == gate_refusals(asked)
        for role in ("unit_project", "performance_office", "congress"):
            page = sign_in(client, county.person(role), county.cycle).get(reverse("subjects:detail", args=[year.pk])).content.decode()
            section = page.partition('id="gates"')[2].partition("</section>")[0]
            assert "4 道没有通过，先办：事前绩效评估" in section
            assert section.count("没有事前绩效评估结论，不得入库") == 3  # at the appraisal, the library and the ledger
            assert "请先办理事前绩效评估" in section
            assert "盐池县" in section
            assert reverse("appraisal:gate", args=[year.pk]) in section


def test_gates_open_one_after_the_other(county: County) -> None:
    with clock.at(DAY):
        year = make_subject(county, change="new", name="数字课堂建设项目")
        appraisal = make_appraisal(county, year, state="scored")
        conclude_appraisal(
            appraisal=appraisal, conclusion="supported", agreed_fen=appraisal.asked_fen, reason="", person=county.person("performance_office")
        )
        enter_library(year=year, person=county.person("division"))
        year.refresh_from_db()
        assert {key for key, stand in stands(county, year).items() if stand == "held"} == {"goal", "budget"}
        make_promise(year)
        assert {key for key, stand in stands(county, year).items() if stand == "held"} == set()
        post(posting=Posting(year, "initial", year.requested_fen, DAY), person=county.person("treasury"))
        found = gates(county, year)
        assert (found["budget"].stand, found["budget"].text) == (Stand.PASSED, "预算 100.00 万元")
        assert found["goal"].stand is Stand.PASSED


@pytest.mark.feature("2.11")
def test_what_has_expired_is_neither_entered_nor_budgeted(county: County) -> None:
    with clock.at(DAY):
        make_subject(county, kind="policy", code="Z1", name="稳岗补贴", first_year=2020, last_year=2023)
    with clock.at(date(2023, 11, 1)):
        later = open_cycle(place=county.place, budget_year=2024, person=county.person("performance_office"))
        year = make_subject(county, cycle=later, kind="policy", code="Z1", name="稳岗补贴", first_year=2020, last_year=2026)
        assert gates(county, year)["term"].stand is Stand.HELD
        said = "“稳岗补贴”2023 年度登记的期限到 2023 年，已经到期，本年没有按“到期延续”申报"
        assert [one.message for one in library_gate(year)] == [said]
        with pytest.raises(Refused, match="已经到期"):
            post(posting=Posting(year, "initial", 1, date(2023, 11, 1)), person=county.person("treasury"))
        again = make_subject(county, cycle=later, kind="policy", code="Z2", name="稳岗补贴", change="renewed", first_year=2024, last_year=2026)
        assert gates(county, again)["term"].stand is Stand.PASSED


@pytest.mark.feature("2.19")
@pytest.mark.parametrize(("last", "basis", "refused"), [(2027, "", 0), (2028, "", 1), (2028, "按上年税收收入增长的10%安排", 2)])
def test_a_special_fund_is_set_up_within_its_conditions(county: County, last: int, basis: str, refused: int) -> None:
    with clock.at(DAY):
        year = make_subject(county, kind="special_fund", change="new", name="产业专项", first_year=2023, last_year=last, basis=basis)
        found = gates(county, year)["setting_up"]
        assert len(found.refusals) == refused == len(library_gate(year))
        assert found.clause
        told = gate_refusals([Posting(year, "initial", year.requested_fen, DAY)])
        assert [one for one in told if one in found.refusals] == list(found.refusals)
