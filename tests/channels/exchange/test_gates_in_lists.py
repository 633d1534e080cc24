"""What stages say against a movement of money is told in the preview of its list, at the cell, before anything is written."""

import pytest

from jiheng.channels.exchange.catalogue import kinds
from jiheng.channels.exchange.services import upload
from jiheng.foundation import clock
from jiheng.foundation.accounts.places import under
from jiheng.registers.subjects.models import SubjectYear
from jiheng.stages.monitoring.models import Measure
from jiheng.stages.monitoring.services import follow_up
from tests.channels.exchange.sheets import PAYMENTS, book, wrong
from tests.make import DAY, County, make_budget, make_county, make_goal, make_place, make_subject
from tests.stages.monitoring.test_pausing import PAID, monitored
from tests.stages.monitoring.test_pausing import county as hailin

pytestmark = pytest.mark.django_db
__all__ = ["hailin"]


def told(county: County, year: SubjectYear, wan: int) -> dict[str, str]:
    """What the preview of a list with one payment says, by cell."""
    content = book(PAYMENTS, (year.subject.code, wan, clock.today().isoformat(), f"Z{wan}"))
    return wrong(
        upload(
            kind=kinds()["payments"], name="支付.xlsx", content=content, person=county.person("treasury"),
            budget_year=county.cycle.budget_year,
        )
    )  # fmt: skip


@pytest.mark.feature("5.07")
def test_a_payment_for_what_is_paused_is_told_at_its_amount(hailin: County) -> None:
    year = monitored(hailin, "suspend")
    with clock.at(PAID):
        found = told(hailin, year, 1)
        assert list(found) == ["B2"]
        assert "暂停项目实施" in found["B2"]
        assert "二（四）" in found["B2"]
        follow_up(measure=Measure.objects.get(), outcome="整改到位，恢复实施", person=hailin.person("unit_project"))
        assert told(hailin, year, 2) == {}


@pytest.mark.feature("3.24")
def test_a_payment_of_a_transfer_that_was_not_handed_down_is_told_at_its_project() -> None:
    with clock.at(DAY):
        county = make_county()
        under(make_place("hunan-zixing", "甲县"), county.place)
        transfer, own = (
            make_subject(county, code=code, kind=kind, requested_fen=100_000_000)
            for code, kind in (("T1", "transfer"), ("A1", "project"))
        )
        for year in (transfer, own):
            make_goal(county, year, "approved")
            make_budget(county, year, 100_000_000)
        assert "还没有随资金分解下达" in told(county, transfer, 1)["A2"]
        assert "A2" not in told(county, own, 1)
