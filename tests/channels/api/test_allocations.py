"""Schemes of sharing out and re-checks through the interface: the page's rules, once for a key, on the version seen."""

from decimal import Decimal
from http import HTTPStatus
from typing import Any

import pytest

from jiheng.stages.evaluation.services.evaluations import card_of
from jiheng.stages.results.models import Allocation
from tests.channels.api.callers import call, mark, token_for
from tests.made_results import make_budgeted, make_result, points_for
from tests.make import County, make_county

pytestmark = pytest.mark.django_db
TOTAL = 1_000_000_000


@pytest.fixture
def county() -> County:
    return make_county("heilongjiang-hailin")


def scheme(county: County, weight: str, **told: Any) -> dict[str, Any]:
    rest = f"{100 - Decimal(weight)}"
    body = {
        "name": "教育奖补资金", "total_fen": TOTAL, "results_year": county.cycle.budget_year,
        "factors": [{"label": "服务人口", "weight": rest}], "result_weight": weight,
    }  # fmt: skip
    return body | told


def begun(county: County, token: str, weight: str = "10") -> Allocation:
    """A draft for two bodies with results, drawn up through the interface."""
    make_result(county, make_budgeted(county, unit=0), "90")
    make_result(county, make_budgeted(county, unit=2), "60")
    made = call(token, "POST", "allocations/begin", scheme(county, weight))
    assert made.status_code == HTTPStatus.OK, made.content.decode()
    held = Allocation.objects.get(pk=made.json()["id"])
    rows = [
        {"organisation_id": county.units[0].pk, "values": ["30"]},
        {"organisation_id": county.units[2].pk, "values": ["70"]},
    ]
    filled = call(token, "POST", f"allocations/{held.pk}/bodies", {"bodies": rows}, etag=mark(held))
    assert filled.status_code == HTTPStatus.OK, filled.content.decode()
    assert [one["values"] for one in filled.json()["shares"]] == [["30"], ["70"]]
    return held


def test_a_scheme_is_drawn_up_handed_in_and_decided(county: County) -> None:
    office, leader = token_for(county.person("performance_office")), token_for(county.person("bureau_leader"))
    held = begun(county, office)
    path = f"allocations/{held.pk}"
    assert [one["action"] for one in call(office, "GET", path).json()["actions"]] == ["submit"]
    sent: dict[str, Any] = {"etag": mark(held), "key": "hand-in-0001"}
    handed = call(office, "POST", f"{path}/act", {"action": "submit"}, **sent)
    assert handed.status_code == HTTPStatus.OK, handed.content.decode()
    assert sum(one["amount_fen"] for one in handed.json()["shares"]) == TOTAL
    assert [sum(one["parts"]) == one["amount_fen"] for one in handed.json()["shares"]] == [True, True]
    again = call(office, "POST", f"{path}/act", {"action": "submit"}, **sent)
    assert (again.content, again["Idempotency-Replayed"]) == (handed.content, "true")
    late = call(leader, "POST", f"{path}/act", {"action": "decide"}, etag=sent["etag"])
    assert late.status_code == HTTPStatus.PRECONDITION_FAILED
    decided = call(leader, "POST", f"{path}/act", {"action": "decide"}, etag=mark(held))
    assert decided.json()["state"] == "decided"
    unit = county.person("unit_head")
    seen = call(token_for(unit), "GET", path).json()["shares"]
    assert [one["organisation_id"] for one in seen] == [unit.organisation_id]
    (row,) = call(office, "GET", "allocations").json()["items"]
    assert (row["id"], row["total_fen"], row["state"]) == (held.pk, TOTAL, "已决定")


@pytest.mark.parametrize(("weight", "fine"), [("9.99", False), ("10", True), ("10.01", True)])
def test_results_weigh_what_the_place_demands(county: County, weight: str, fine: bool) -> None:
    token = token_for(county.person("performance_office"))
    held = begun(county, token, weight)
    said = call(token, "POST", f"allocations/{held.pk}/act", {"action": "submit"}, etag=mark(held))
    assert (said.status_code == HTTPStatus.OK) is fine
    if not fine:
        assert said.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        assert "二（六）" in said.json()["errors"][0]["clause"]


def test_a_scheme_is_written_anew_and_a_body_stands_once(county: County) -> None:
    token = token_for(county.person("division"))
    held = begun(county, token)
    assert call(token, "POST", f"allocations/{held.pk}/edit", scheme(county, "20")).status_code == HTTPStatus.PRECONDITION_REQUIRED
    done = call(token, "POST", f"allocations/{held.pk}/edit", scheme(county, "20", name="另一笔"), etag=mark(held))
    assert done.json()["name"] == "另一笔"
    assert [one["weight"] for one in done.json()["factors"]] == ["80", "20"]
    twice = [{"organisation_id": county.units[0].pk}] * 2
    said = call(token, "POST", f"allocations/{held.pk}/bodies", {"bodies": twice}, etag=mark(held))
    assert said.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "写了两次" in said.json()["detail"]
    refused = call(token_for(county.person("unit_head")), "POST", "allocations/begin", scheme(county, "10"))
    assert refused.status_code == HTTPStatus.FORBIDDEN


def test_a_departments_evaluation_is_drawn_and_re_checked(county: County) -> None:
    record = make_result(county, make_budgeted(county), "85", kind="department")
    centre = token_for(county.person("evaluation_centre"))
    points = points_for(card_of(record), Decimal(70))
    lines = [{"item": key, "points": f"{value}", "reason": "材料不足"} for key, value in points.items()]
    body, path = {"lines": lines, "opinion": "佐证不足"}, f"evaluations/{record.pk}/recheck"
    early = call(centre, "POST", path, body, etag=mark(record))
    assert early.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "没有抽中" in early.json()["detail"]
    drawn = call(centre, "POST", "draws/new", {"count": 1, "seed": "3681.08", "purpose": "department"})
    assert drawn.json()["purpose"] == "department", drawn.content.decode()
    done = call(centre, "POST", path, body, etag=mark(record), key="recheck-0001")
    assert done.status_code == HTTPStatus.OK, done.content.decode()
    assert [(one["number"], one["total"]) for one in done.json()["versions"]] == [(1, "85.00"), (2, "70.00")]
    assert done.json()["grade"] == "fair"
    again = call(centre, "POST", path, body, etag=mark(record), key="recheck-0001")
    assert again["Idempotency-Replayed"] == "true"
    assert record.versions.count() == 2
    twice = call(centre, "POST", path, body, etag=mark(record))
    assert twice.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "已经复核" in twice.json()["detail"]
