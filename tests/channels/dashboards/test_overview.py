"""The overview on a small county: every number by hand, its rows, the same queries whatever the size."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from jiheng.channels.dashboards import pages
from jiheng.channels.dashboards.metric import Figure
from jiheng.channels.dashboards.metrics import found
from jiheng.channels.dashboards.metrics.late import lines as late_lines
from jiheng.channels.dashboards.queries import flow, grade_lines, parts, rows_behind
from jiheng.channels.dashboards.scope import Scope, lines_by
from jiheng.foundation import clock
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.subjects.models import SubjectYear
from jiheng.stages.appraisal.services import conclude_appraisal
from jiheng.stages.disclosure.services import publish
from jiheng.stages.evaluation.queries import self_evaluation_cover
from jiheng.stages.goals.models import Goal
from jiheng.stages.goals.queries import coverage
from jiheng.stages.monitoring.queries import monitoring_statistics
from jiheng.stages.monitoring.services import open_checkpoint
from jiheng.stages.results.queries import cut_statistics
from jiheng.stages.results.services import decide_result, propose_decision
from tests.made_results import make_order, make_result
from tests.make import County, make_appraisal, make_budget, make_county, make_goal, make_subject, sign_in


@pytest.fixture
def county(db: None) -> County:
    """Three projects: 100 and 300 万元 with goals in the first department, 100 without goal in the second."""
    county = make_county()
    with clock.at(date(2022, 11, 1)):
        for unit, fen in ((0, 100_000_000), (1, 300_000_000)):
            year = make_subject(county, unit=unit, requested_fen=fen)
            make_budget(county, year, fen)
            make_goal(county, year, "approved")
        bare = make_subject(county, unit=2)
        make_budget(county, bare)
        make_budget(county, bare, 25_000_000, kind="payment", day=date(2023, 3, 1))
    return county


@pytest.fixture
def judged(county: County) -> County:
    """The first project evaluated: 72 points, cut 15 per cent of 100 万元, one finding ordered; the third proposed."""
    first, _, third = SubjectYear.objects.order_by("pk")
    office, leader = county.person("performance_office"), county.person("bureau_leader")
    result = make_result(county, first, "72")
    with clock.at(date(2024, 7, 5)):
        decision = propose_decision(evaluation=result, person=office)
        decide_result(decision=decision, ratio=Decimal(15), reason="设备闲置", person=leader)
        make_order(county, result)
    propose_decision(evaluation=make_result(county, third, "92"), person=office)
    return county


def scope(county: County, role: str = "bureau_leader", index: int = 0, **more: Any) -> Scope:
    return Scope(county.person(role, index), Cycle.objects.get(pk=county.cycle.pk), **more)


def figures(seen: Scope) -> dict[str, Figure]:
    return {one.key: one.figure(seen) for one in found()}


@pytest.mark.feature("5.21")
def test_cover_is_by_money_and_every_figure_is_worked_out_by_hand(county: County) -> None:
    seen = figures(scope(county))
    assert (seen["goals_cover"].value, seen["goals_cover"].note) == (0.8, "2 / 3 项，400.00 / 500.00 万元")
    assert seen["self_evaluation_cover"].value == 0
    assert (seen["execution_rate"].value, seen["execution_rate"].note) == (0.05, "25.00 / 500.00 万元")
    assert (seen["monitoring_cover"].value, seen["monitoring_cover"].note) == (None, "还没有开启监控点")
    assert seen["appraisal_cut"].value is None
    assert seen["unpublished"].value == 2


def test_results_and_rectification_by_hand(judged: County) -> None:
    with clock.at(date(2024, 9, 4)):  # the order was due on the third
        seen = scope(judged)
        values = figures(seen)
        assert (values["result_cuts"].value, values["result_cuts"].note) == (
            15_000_000,
            "核减 1 项，不核减 0 项，待决定 1 项（基数 100.00 万元）",
        )
        assert (values["rectification"].value, values["rectification"].note) == (0, "下达 1 个问题，销号 0，逾期 1")
        assert values["evaluation_cover"].note == "1 / 2 项，100.00 / 400.00 万元"
        late = {one.label: one.count for one in late_lines(seen)}
        assert late["绩效目标未批复"] == 1
        assert late["绩效自评未报送"] == 2
        assert late["整改未销号"] == 1
        assert late["评价结果未决定处理"] == 1  # proposed, and August has passed
        assert late["应公开未公开"] == 2  # the goals; results have until October
        assert values["late"].value == sum(late.values())
    (line,) = grade_lines(scope(judged))
    assert (line.count, line.fen) == (2, 200_000_000)
    assert [(label, number) for label, number, _ in line.cells] == [("优", 1), ("良", 0), ("中", 1), ("差", 0)]


def test_the_figures_are_those_of_the_stages(judged: County) -> None:
    with clock.at(date(2023, 4, 1)):
        point = open_checkpoint(cycle=judged.cycle, key="q1", person=judged.person("performance_office"))
    seen, leader = scope(judged), judged.person("bureau_leader")
    goals = coverage(leader, judged.cycle)
    by_hand = seen.cover(seen.wanted, seen.goals)
    assert (by_hand.due, by_hand.done, by_hand.due_fen, by_hand.done_fen) == (
        goals.subjects, goals.approved, goals.money_fen, goals.covered_fen,
    )  # fmt: skip
    own = self_evaluation_cover(judged.cycle, leader)
    assert (len(seen.budgeted), len(seen.budgeted & seen.self_evaluated)) == (own.due, own.done)
    statistics = monitoring_statistics(point, leader)
    assert len(seen.reports) == statistics.due == 2
    assert sum(one.slow for one in seen.reports) == statistics.slow
    assert sum(one.off_target for one in seen.reports) == statistics.off_target
    assert figures(seen)["result_cuts"].value == cut_statistics(judged.place, 2025).cut_fen


def test_behind_each_figure_stand_exactly_its_rows(judged: County) -> None:
    with clock.at(date(2024, 9, 4)):
        seen = scope(judged)
        lists = [(metric, part) for metric in found() for part in metric.parts]
        assert len(lists) >= 14
        for metric, part in lists:
            rows = rows_behind(seen, metric, part)
            assert {one.pk for one in rows} == metric.parts[part][1](seen), (metric.key, part)
        cover = next(one for one in found() if one.key == "goals_cover")
        assert {one.budget_fen for one in rows_behind(seen, cover, "done")} == {100_000_000, 300_000_000}


def test_parts_add_up_to_the_whole(county: County) -> None:
    seen = scope(county)
    for what in ("department", "unit", "book"):
        assert sum(line.fen for line in lines_by(seen, what)) == 500_000_000
        assert sum(line.paid for line in lines_by(seen, what)) == 25_000_000
        assert sum(line.covers[0].done_fen for line in lines_by(seen, what)) == 400_000_000
    divided = parts(seen)
    assert [(line.subjects, line.covers[0].ratio) for line in divided.lines] == [(1, 0), (2, 1)]


@pytest.mark.feature("7.19")
def test_money_flows_from_asked_to_spent_and_back(county: County) -> None:
    assert {step.key: step.fen for step in flow(scope(county))} == {
        "asked": 500_000_000,
        "agreed": 500_000_000,
        "initial": 500_000_000,
        "budget": 500_000_000,
        "paid": 25_000_000,
        "cut": 0,
        "recapture": 0,
    }


def test_each_sees_the_own_part(county: County) -> None:
    reviewer = scope(county, "department_reviewer")
    assert figures(reviewer)["goals_cover"].note == "2 / 2 项，400.00 / 400.00 万元"
    assert parts(reviewer).what == "unit"
    unit = scope(county, "unit_head", 2)
    assert figures(unit)["goals_cover"].note == "0 / 1 项，0.00 / 100.00 万元"
    narrowed = scope(county, department=county.departments[1].pk)
    assert figures(narrowed)["goals_cover"].note == "0 / 1 项，0.00 / 100.00 万元"
    foreign = scope(county, "department_reviewer", department=county.departments[1].pk)
    assert foreign.years == {}


def test_what_is_not_decided_stays_inside_the_bureau(judged: County) -> None:
    note = figures(scope(judged, "unit_head", 2))["result_cuts"].note
    assert "待决定" not in note
    assert "未提出" not in note


def queries(client: Client, path: str) -> int:
    client.get(path)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return len(captured)


def test_the_page_asks_a_fixed_number_of_times(county: County, client: Client) -> None:
    sign_in(client, county.person("bureau_leader"), county.cycle)
    paths = [reverse("dashboards:home"), reverse("dashboards:rows", args=["goals_cover", "missing"])]
    few = [queries(client, path) for path in paths]
    for unit in (0, 1, 2, 2):
        make_budget(county, make_subject(county, unit=unit))
    assert [queries(client, path) for path in paths] == few


def test_every_metric_says_what_it_is_and_by_which_clause(county: County) -> None:
    metrics, seen = found(), scope(county)
    assert len({metric.key for metric in metrics}) == len(metrics) >= 12
    assert len({metric.order for metric in metrics}) == len(metrics)
    assert all(metric.definition and metric.name and metric.clause(seen) for metric in metrics)


@pytest.mark.parametrize(
    ("role", "index"),
    [("bureau_leader", 0), ("congress", 0), ("auditor", 0), ("department_reviewer", 0), ("unit_head", 1)],
)
def test_page_links_every_figure_to_its_rows(judged: County, client: Client, role: str, index: int) -> None:
    person = judged.person(role, index)
    sign_in(client, person, judged.cycle)
    page = client.get(reverse("dashboards:home"))
    assert page.status_code == 200
    seen, text = scope(judged, role, index), page.content.decode()
    addresses = [one.figure(seen).url for one in found()] + [one.url for one in flow(seen)]
    addresses += [one.url for one in late_lines(seen)] + list(parts(seen).urls)
    for metric in found():
        assert metric.definition in text
    for address in addresses:
        if address and not address.startswith("#"):
            assert client.get(address).status_code == 200, address


def counted(client: Client, url: str) -> int:
    """How many rows the list at an address has."""
    answer = client.get(url)
    assert answer.status_code == 200, url
    return int(answer.context["listing"].count)


@pytest.mark.parametrize(("role", "index"), [("bureau_leader", 0), ("department_reviewer", 0)])
def test_each_cell_opens_exactly_the_subjects_it_counts(
    judged: County, client: Client, role: str, index: int
) -> None:
    with clock.at(date(2024, 9, 4)):
        sign_in(client, judged.person(role, index), judged.cycle)
        page = client.get(reverse("dashboards:home"))
        lines = [*page.context["divisions"], *page.context["books"]]
        assert len(lines) == 3
        assert any(cell.url for one in lines for cell in one.cells)
        for one in lines:
            assert counted(client, one.all_url) == one.line.subjects
            for cell, cover in zip(one.cells, one.line.covers, strict=True):
                assert bool(cell.url) == bool(cover.due)
                if cell.url:
                    shown = cover.done if "/done/" in cell.url else cover.due - cover.done
                    assert counted(client, cell.url) == shown > 0


def test_table_of_very_many_lists_the_least_covered_and_says_how_many_more(
    judged: County, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "LISTED", 1)
    with clock.at(date(2024, 9, 4)):
        sign_in(client, judged.person("bureau_leader"), judged.cycle)
        page = client.get(reverse("dashboards:home"))
    listed, parted = page.context["divisions"], page.context["parts"].lines
    assert [one.line for one in listed] == list(parted[:1])
    assert page.context["unlisted"] == len(parted) - 1 > 0


def test_cut_by_appraisals_opens_the_concluded_ones_only(county: County, client: Client) -> None:
    done, waiting = (make_subject(county, change="new", requested_fen=fen) for fen in (1_000_000_000, 2_000_000_000))
    conclude_appraisal(
        appraisal=make_appraisal(county, done, state="scored"),
        conclusion="supported",
        agreed_fen=900_000_000,
        reason="按论证结果核定",
        person=county.person("performance_office"),
    )
    make_appraisal(county, waiting, state="bureau")
    figure = figures(scope(county))["appraisal_cut"]
    sign_in(client, county.person("bureau_leader"), county.cycle)
    assert (figure.value, figure.note) == (100_000_000, "1 项，申报 1,000.00，同意 900.00 万元")
    assert counted(client, figure.url) == 1
    agreed = next(step for step in flow(scope(county)) if step.key == "agreed")
    assert counted(client, agreed.url) == 1


def test_nothing_to_publish_is_not_called_published(db: None) -> None:
    county = make_county()
    make_goal(county, make_subject(county), "draft")
    figure = figures(scope(county))["unpublished"]
    assert figure.value is None
    assert "全部已公开" not in figure.note
    assert figure.tone == "grey"


def test_everything_published_is_called_so(county: County) -> None:
    for goal in Goal.objects.filter(state="approved"):
        publish(source=goal, person=county.person("performance_office"))
    figure = figures(scope(county))["unpublished"]
    assert (figure.value, figure.note, figure.tone) == (0, "全部已公开", "green")


def test_an_unknown_figure_does_not_exist(county: County, client: Client) -> None:
    sign_in(client, county.person("bureau_leader"), county.cycle)
    for key, part in (("nothing", "done"), ("goals_cover", "nothing"), ("execution_rate", "done")):
        assert client.get(reverse("dashboards:rows", args=[key, part])).status_code == 404


def test_page_without_projects_says_what_to_do(db: None, client: Client) -> None:
    county = make_county()
    page = sign_in(client, county.person("bureau_leader"), county.cycle).get(reverse("dashboards:home"))
    assert "本年度还没有项目" in page.content.decode()


def test_roles_without_business_are_refused(county: County, client: Client) -> None:
    for role in ("agency", "expert", "system_admin", "audit_admin"):
        page = sign_in(client, county.person(role), county.cycle).get(reverse("dashboards:home"))
        assert page.status_code == 403
