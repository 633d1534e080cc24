"""Every page that a role can reach: nothing fails, all is Chinese, fits its screen and paper, and works for everybody."""

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Watch
from tests.browser.office import Office
from tests.browser.walk import Seen, Walk

pytestmark = pytest.mark.browser

WHO = {
    "unit_project": "jyj-1.unit_project",
    "unit_finance": "jyj-1.unit_finance",
    "unit_head": "jyj-1.unit_head",
    "department_reviewer": "jyj.department_reviewer",
    "division": "bureau.division",
    "performance_office": "bureau.performance_office",
    "evaluation_centre": "bureau.evaluation_centre",
    "treasury": "bureau.treasury",
    "bureau_leader": "bureau.bureau_leader",
    "agency": "agency-1.agency",
    "expert": "experts.expert",
    "congress": "congress.congress",
    "auditor": "audit.auditor",
    "system_admin": "bureau.system_admin",
    "security_admin": "bureau.security_admin",
    "audit_admin": "bureau.audit_admin",
    "investment_centre": "bureau.investment_centre",
    "finance_supervision": "bureau.finance_supervision",
    "funds_committee": "bureau.funds_committee",
    "discipline": "discipline.discipline",
    "organisation_department": "organisation.organisation_department",
    "government": "government.government",
    "cppcc": "cppcc.cppcc",
    "central_supervisor": "supervisor.central_supervisor",
    "upper_finance": "city.upper_finance",
}


HALVES = ["walk-1", "walk-2"]
"""Whom two processes follow at once (pytest-xdist); what either has seen, the other does not know."""


@pytest.fixture(scope="module")
def seen() -> Seen:
    """What all the walks of this process have seen, so that no two look at the same."""
    return Seen()


@pytest.mark.parametrize(
    "role", [pytest.param(one, marks=pytest.mark.xdist_group(HALVES[at % 2])) for at, one in enumerate(WHO)]
)
def test_every_page_of_a_role(office: Office, watch: Watch, seen: Seen, role: str) -> None:
    walk = Walk(office.sit(WHO[role]), office.address, seen)
    found: dict[str, list[str]] = {}
    for address in walk.addresses(["/", "/notices/", "/accounts/password/"]):
        wrong = walk.problems() + watch.unexpected()
        watch.problems.clear()
        if wrong:
            found[address] = wrong
    assert not found, walk.told(found)
    assert len(walk.opened) > 5, walk.opened


@pytest.mark.xdist_group(HALVES[0])
def test_pages_for_everybody(office: Office, seen: Seen) -> None:
    walk = Walk(office.window(), office.address, seen)
    found = {address: walk.problems() for address in walk.addresses(["/accounts/login/", "/public/"])}
    assert not any(found.values()), walk.told(found)


@pytest.mark.parametrize(
    ("path", "status", "remedy"),
    [
        ("/goals/999999/", 404, "回到工作台"),
        ("/audit/", 403, "回到工作台"),
        ("/no/such/page/", 404, "回到工作台"),
    ],
)
def test_pages_that_refuse_are_whole_pages(
    office: Office, watch: Watch, path: str, status: int, remedy: str
) -> None:
    watch.allowed += ["status of 404", "status of 403"]
    page = office.sit(WHO["unit_project"])
    walk = Walk(page, office.address, Seen())
    answer = page.goto(office.address + path)
    assert answer is not None
    assert answer.status == status
    assert page.get_by_role("link", name=remedy).is_visible()
    assert [one for one in walk.problems() if not one.startswith("failed: ")] == []


def test_what_is_printed_is_the_record_alone(office: Office) -> None:
    page = office.sit(WHO["performance_office"])
    for path in ("/subjects/", "/goals/", "/monitoring/reports/"):
        office.open(page, path)
        office.open(page, str(page.locator("td.cell-title a").first.get_attribute("href")))
        page.emulate_media(media="print")
        assert page.locator("h1").is_visible()
        assert page.locator(".print-foot").is_visible(), "who printed it, and when"
        assert shown(page, ".top, .side, .page-tools, .next, .skip") == []
        assert page.locator(".history").first.evaluate("one => one.scrollHeight <= one.clientHeight + 1")
        page.emulate_media(media="screen")


def shown(page: Page, selector: str) -> list[str]:
    """Return the classes of the parts that can be seen."""
    return [str(one.get_attribute("class")) for one in page.locator(selector).all() if one.is_visible()]
