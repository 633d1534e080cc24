"""Other gates tried out on a page: each number leads to as many rows; nothing is written, the same value changes nothing."""

import re
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from jiheng.foundation import clock
from jiheng.foundation.audit.models import Entry
from jiheng.registers.subjects.queries import endings
from jiheng.rules.gate_simulation import Lines
from jiheng.stages.appraisal.services import conclude_appraisal
from jiheng.stages.appraisal.simulation import limit_tried, lines_of, lines_tried
from tests.make import DAY, County, make_appraisal, make_county, make_subject, sign_in

pytestmark = pytest.mark.django_db
ITEMS = ("need", "duty_fit", "policy_fit")


@pytest.fixture
def county() -> County:
    found = make_county()
    with clock.at(DAY):
        for unit, lost in ((0, ()), (1, ITEMS), (2, ITEMS)):
            year = make_subject(found, unit=unit, change="new", name=f"新建项目{unit}", requested_fen=(unit + 1) * 100_000_000)
            appraisal = make_appraisal(found, year, state="scored", lost=lost)
            conclude_appraisal(
                appraisal=appraisal, conclusion="supported", agreed_fen=appraisal.asked_fen, reason="测试所需，照常支持",
                person=found.person("performance_office"),
            )  # fmt: skip
    return found


@pytest.mark.feature("1.04")
def test_lines_and_limit_are_tried_and_every_number_leads_to_its_rows(county: County, client: Client) -> None:
    office, cycle = county.person("performance_office"), county.cycle
    with clock.at(DAY):
        entries = Entry.objects.count()
        rows, changed = lines_tried(office, cycle, lines_of(cycle))
        assert (len(rows), changed) == (3, [])
        assert limit_tried(office, cycle, None)[1] == []
        line = max(one.points for one in rows if one.points < 100) + Decimal("0.01")
        rows, changed = lines_tried(office, cycle, Lines(line, line))
        assert [(one.falls_out, one.at_stake) for one in changed] == [(True, 200_000_000), (True, 300_000_000)]
        crossed = limit_tried(office, cycle, Decimal(2_000_000))[1]
        assert [(bool(one.then), one.row.request.amount_fen) for one in crossed] == [(False, 100_000_000)]
        browser = sign_in(client, office, cycle)
        url, asked = reverse("appraisal:simulate"), {"supported": str(line), "revised": str(line), "limit_fen": "200"}
        page = browser.get(url, asked).content.decode()
        found = re.findall(r'href="\?([^"]*show=(?:line|limit)-[^"]*)#rows">([\d,]+)</a>', page)
        assert len(found) >= 8
        for query, number in found:
            behind = browser.get(f"{url}?{query.replace('&amp;', '&')}").content.decode().partition('id="rows"')[2]
            assert behind.count("<tr><td><a") == int(number), query
        assert Entry.objects.count() == entries
        assert "没有项目" not in browser.get(url, {"revised": "六十"}).content.decode()
        assert browser.get(url, asked | {"show": "line-dx"}).status_code == 200
        assert sign_in(client, county.person("congress"), cycle).get(url).status_code == 200
        assert sign_in(client, county.person("unit_project"), cycle).get(url).status_code == 403


@pytest.mark.feature("2.11")
def test_what_ends_in_three_years_is_listed_with_the_money_at_stake(client: Client) -> None:
    county = make_county()
    with clock.at(DAY):
        for last in (2023, 2024, 2025, 2026):
            make_subject(county, name=f"到{last}年的项目", first_year=2022, last_year=last, requested_fen=(last - 2022) * 1_000_000)
        make_subject(county, kind="policy", name="到2025年的政策", first_year=2025, last_year=2025, requested_fen=7_000_000)
        make_subject(county, unit=2, name="一年一安排")
        office = county.person("performance_office")
        assert [(one.year, len(one.rows), one.yearly) for one in endings(office, county.cycle)] == [
            (2023, 1, 1_000_000), (2024, 1, 2_000_000), (2025, 2, 10_000_000),
        ]  # fmt: skip
        for role in ("performance_office", "congress", "unit_project"):
            browser = sign_in(client, county.person(role), county.cycle)
            page = browser.get(reverse("subjects:expiring")).content.decode()
            assert (page.count("到2025年的"), "到2026年的项目" in page, "一年一安排</a>" in page) == (2, False, False), role
        page = sign_in(client, office, county.cycle).get(reverse("subjects:expiring"), {"ends": "2025"}).content.decode()
        assert ("到2024年的项目" in page, "到2025年的政策" in page) == (False, True)
