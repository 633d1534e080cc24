"""Congress, audit and experts at the browser: they read what is theirs to read and change nothing."""

from datetime import date

import pytest

from jiheng.foundation import clock
from jiheng.foundation.audit.models import Entry
from tests.journeys.visitor import Screen, Visitor, local, sit
from tests.make import County, make_goal, make_subject
from tests.stages.evaluation.builders import order

pytestmark = pytest.mark.django_db


def walk(visitor: Visitor, limit: int = 40) -> list[str]:
    """Follow every link from the desk on, page by page; every page that is offered must open."""
    seen, waiting, broken = {"/"}, ["/"], []
    while waiting and len(seen) < limit:
        at = waiting.pop(0)
        page = Screen(visitor, at, visitor.client.get(at, follow=True))
        if page.status != 200:
            broken.append(f"{at}: {page.status}")
        for link in page.page.every("a"):
            href = link.at.get("href", "")
            if href.endswith((".pdf", ".docx", ".xlsx")) or href.startswith("/static/"):
                continue  # files take long, and the test of rights opens each
            if href.startswith("/") and local(href).partition("?")[0] not in seen:
                seen.add(local(href).partition("?")[0])
                waiting.append(local(href))
    return broken


@pytest.mark.parametrize("role", ["congress", "expert", "agency", "security_admin", "audit_admin"])
def test_every_link_that_is_shown_opens(shared: County, role: str) -> None:
    with clock.at(date(2022, 11, 1)):
        make_goal(shared, make_subject(shared), "approved")
    with clock.at(date(2024, 4, 1)):
        order(shared)
        assert walk(sit(shared, role)) == []


@pytest.mark.parametrize("role", ["congress", "auditor"])
def test_onlookers_see_everything_and_change_nothing(shared: County, role: str) -> None:
    with clock.at(date(2022, 11, 1)):
        goal = make_goal(shared, make_subject(shared, name="路灯节能改造项目"), "department")
        onlooker = sit(shared, role)
        assert "路灯节能改造项目" in onlooker.open("/goals/")
        page = onlooker.open(f"/goals/{goal.pk}/")
        assert page.buttons == []
        before = Entry.objects.count()
        token = str(onlooker.desk().response.context["csrf_token"])
        for address, sent in (
            (f"/goals/{goal.pk}/act/", {"action": "approve_department", "version": str(goal.version)}),
            (f"/goals/{goal.pk}/return/", {"comment": "退", "version": str(goal.version)}),
            ("/goals/bulk/approve_department/", {"pk": str(goal.pk)}),
            ("/evaluation/draws/new/", {"count": "1", "seed": "x"}),
            ("/disclosure/publish/", {"chosen": f"goal:{goal.pk}"}),
            ("/budgets/book/", {"code": "x"}),
            ("/policies/confirm/", {"ground": "x"}),
            ("/cycles/open/", {"budget_year": "2030"}),
        ):
            answer = onlooker.client.post(address, {"csrfmiddlewaretoken": token, **sent})
            assert answer.status_code in {403, 404, 422}, address
        assert Entry.objects.count() == before
        goal.refresh_from_db()
        assert goal.state == "department"


def test_auditor_follows_an_act_through_the_chain(shared: County) -> None:
    with clock.at(date(2022, 11, 1)):
        make_goal(shared, make_subject(shared), "department")
        auditor = sit(shared, "auditor")
        page = auditor.open("/audit/")
        entry = next(one for one in page.main.every("a") if one.at.get("href", "").startswith("/audit/"))
        assert auditor.open(entry.at["href"]).status == 200
        verified = auditor.open("/audit/verify/")
        anchor = Entry.objects.order_by("-number").first()
        assert anchor is not None
        done = verified.press(verified.buttons[0], {"anchor": f"{anchor.number}:{anchor.digest}"})
        assert done.status == 200
        for typed in ("x", "9" * 30 + ":" + "0" * 64, "1:" + "g" * 64, "9" * 5000 + ":" + "0" * 64, "<script>jhx()</script>"):
            said = auditor.open("/audit/verify/").press(verified.buttons[0], {"anchor": typed}, status=422)
            assert "<script>jhx" not in said.html
        sit(shared, "congress").open("/audit/", status=403)


def test_expert_sees_no_business_beyond_what_was_given(shared: County) -> None:
    with clock.at(date(2022, 11, 1)):
        goal = make_goal(shared, make_subject(shared), "approved")
    record = order(shared)
    with clock.at(date(2024, 4, 1)):
        expert = sit(shared, "expert")
        assert expert.todos() == []
        for address in (f"/goals/{goal.pk}/", f"/evaluation/{record.pk}/", f"/evaluation/{record.pk}/score/"):
            expert.open(address, status=404)
        given = order(shared, evaluator=shared.person("expert"))
        page = expert.todo(given.subject_year.name, "评分")
        assert page.status == 200
