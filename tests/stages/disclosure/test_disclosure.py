"""Publishing, correcting, withdrawing; what the public reads and what it never reads."""

import html
import json
import re
from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from jiheng.foundation import clock
from jiheng.foundation.audit.chain import content_hash
from jiheng.foundation.workflow.advance import Refused
from jiheng.registers.cycles.models import Extension
from jiheng.stages.disclosure.access import waiting_for
from jiheng.stages.disclosure.content import redacted
from jiheng.stages.disclosure.models import Publication
from jiheng.stages.disclosure.queries import (
    Unpublished,
    altered,
    broken_publications,
    due_list,
    due_page,
    unpublished_evaluations,
    unpublished_self_evaluations,
    waiting,
    waiting_by_kind,
)
from jiheng.stages.disclosure.services import publish, withdraw
from jiheng.stages.evaluation.models import SelfEvaluation
from jiheng.stages.goals.models import Goal
from tests.guards import take_away
from tests.made_results import make_budgeted, make_result
from tests.make import DAY, County, make_county, make_goal, make_subject, sign_in


@pytest.fixture
def county(db: None) -> County:
    return make_county()


@pytest.fixture
def goal(county: County) -> Goal:
    with clock.at(DAY):
        return make_goal(county, make_subject(county, name="2023年实验室设备更新项目"), "approved")


def test_only_the_performance_office_publishes(county: County, goal: Goal) -> None:
    for role in ("unit_project", "department_reviewer", "bureau_leader", "auditor"):
        with pytest.raises(Refused, match="绩效管理股"):
            publish(source=goal, person=county.person(role))


def test_goal_before_its_approval_is_refused(county: County) -> None:
    early = make_goal(county, make_subject(county), "reviewed")
    with pytest.raises(Refused, match="批复后"):
        publish(source=early, person=county.person("performance_office"))


def test_same_content_is_published_once(county: County, goal: Goal) -> None:
    office = county.person("performance_office")
    made = publish(source=goal, person=office)
    assert made.title == "2023年实验室设备更新项目绩效目标"
    with pytest.raises(Refused, match="无须重复"):
        publish(source=goal, person=office)


def test_published_goal_leaves_the_list_of_what_is_due(county: County, goal: Goal) -> None:
    with clock.at(date(2023, 4, 1)):
        (waiting,) = due_list(county.cycle)
        assert (waiting.source, waiting.overdue) == (goal, True)
        publish(source=goal, person=county.person("performance_office"))
        assert list(due_list(county.cycle)) == []


def test_what_is_not_public_yet_is_seen_by_whom_it_concerns_only(county: County, goal: Goal) -> None:
    def seen(role: str, at: int = 0) -> list[object]:
        return [one.source for one in due_list(county.cycle, waiting_for(county.person(role, at)))]

    assert seen("performance_office") == seen("auditor") == [goal]
    assert seen("unit_project") == [goal]
    assert seen("unit_project", 1) == seen("expert") == seen("agency") == []


@pytest.fixture
def published_self_evaluation(county: County) -> SelfEvaluation:
    with clock.at(DAY):
        goal = make_goal(county, make_subject(county, name="2023年图书采购项目"), "approved")
    # Accepted past the services: how it came so is not what is tried here.
    record = SelfEvaluation.objects.create(
        place=county.place,
        cycle=county.cycle,
        subject_year=goal.subject_year,
        goal=goal,
        work_year=county.cycle.budget_year,
        state="accepted",
        created_at=clock.now(),
        moved_at=clock.now(),
    )
    publish(source=record, person=county.person("performance_office"))
    return record


def test_withdrawn_goal_is_due_again_and_its_correction_published(county: County, goal: Goal) -> None:
    office = county.person("performance_office")
    made = publish(source=goal, person=office)
    withdraw(publication=made, reason="金额单位有误", person=office)
    (waiting,) = due_list(county.cycle)
    assert waiting.source == goal
    corrected = publish(source=goal, person=office)
    assert corrected.number != made.number
    assert list(due_list(county.cycle)) == []


def test_withdrawn_self_evaluation_is_due_again(
    county: County, published_self_evaluation: SelfEvaluation
) -> None:
    office = county.person("performance_office")
    made = Publication.objects.get(kind="self_evaluation")
    assert not unpublished_self_evaluations(county.cycle)
    withdraw(publication=made, reason="完成值有误", person=office)
    assert list(unpublished_self_evaluations(county.cycle)) == [published_self_evaluation]


def test_withdrawn_evaluation_is_due_again(county: County) -> None:
    office = county.person("performance_office")
    result = make_result(county, make_budgeted(county))
    made = publish(source=result, person=office)
    assert not unpublished_evaluations(county.cycle)
    withdraw(publication=made, reason="得分有误", person=office)
    assert list(unpublished_evaluations(county.cycle)) == [result]


def test_withdrawal_needs_a_reason_and_leaves_it_public(county: County, goal: Goal, client: Client) -> None:
    office = county.person("performance_office")
    made = publish(source=goal, person=office)
    with pytest.raises(Refused, match="写明原因"):
        withdraw(publication=made, reason=" ", person=office)
    withdraw(publication=made, reason="金额单位有误，更正后重新公开", person=office)
    page = client.get(f"/public/{made.number}/").content.decode()
    assert "金额单位有误" in page
    assert goal.objective not in page
    assert json.loads(client.get("/public/data.json").content)[0]["content"] is None


def test_publication_names_no_person(county: County, goal: Goal) -> None:
    made = publish(source=goal, person=county.person("performance_office"))
    text = json.dumps(made.content, ensure_ascii=False)
    assert not [person.name for person in county.people.values() if person.name in text]


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("联系电话13812345678", "联系电话（电话略）"),
        ("证件640323199001011234，已核", "证件（证件号略），已核"),
        ("合同号2023000000001234不变", "合同号2023000000001234不变"),
    ],
)
def test_numbers_of_persons_are_left_out(text: str, clean: str) -> None:
    assert redacted(text) == clean


def test_portal_is_open_cacheable_and_without_session(county: County, goal: Goal, client: Client) -> None:
    made = publish(source=goal, person=county.person("performance_office"))
    for path in ("/public/", f"/public/{made.number}/", "/public/data.csv", "/public/data.json"):
        answer = client.get(path)
        assert answer.status_code == 200, path
        assert "public" in answer["Cache-Control"]
        assert not answer.cookies
    assert client.get("/public/nothing/").status_code == 404
    assert client.get("/public/data.exe").status_code == 404


@pytest.mark.parametrize(
    ("query", "count"),
    [("text=实验室", 1), ("text=没有", 0), ("year=2023", 1), ("kind=evaluation", 0), ("year=x&kind=y", 1)],
)
def test_portal_finds_by_words_year_and_kind(
    county: County, goal: Goal, client: Client, query: str, count: int
) -> None:
    publish(source=goal, person=county.person("performance_office"))
    assert len(json.loads(client.get(f"/public/data.json?{query}").content)) == count


def test_open_table_cannot_carry_a_formula(county: County, client: Client) -> None:
    evil = make_goal(county, make_subject(county, name="=HYPERLINK(1)项目"), "approved")
    made = publish(source=evil, person=county.person("performance_office"))
    take_away()
    Publication.objects.filter(pk=made.pk).update(title="=1+1")
    rows = client.get("/public/data.csv").content.decode().splitlines()
    assert not any(cell.startswith("=") for cell in rows[1].split(","))


def refused(statement: str) -> None:
    """The database says no to a statement, and goes on."""
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE disclosure_publication SET content = '{}'",
        "UPDATE disclosure_publication SET digest = 'x'",
        "UPDATE disclosure_publication SET title = '别的', basis = ''",
        "UPDATE disclosure_publication SET replaces_id = id",
        "DELETE FROM disclosure_publication",
    ],
)
def test_database_refuses_to_change_a_publication(county: County, goal: Goal, statement: str) -> None:
    publish(source=goal, person=county.person("performance_office"))
    refused(statement)


def test_withdrawal_cannot_be_changed_in_the_database(county: County, goal: Goal) -> None:
    office = county.person("performance_office")
    withdraw(publication=publish(source=goal, person=office), reason="有误", person=office)
    refused("UPDATE disclosure_publication SET withdrawn_at = NULL")
    refused("UPDATE disclosure_publication SET withdrawn_reason = ''")


@pytest.fixture
def forged(county: County, goal: Goal) -> Publication:
    """A publication whose content somebody changed who owns the database and took the guards away."""
    made = publish(source=goal, person=county.person("performance_office"))
    take_away()
    Publication.objects.filter(pk=made.pk).update(content=made.content | {"objective": "改过的目标九九点九九"})
    return made


def test_portal_does_not_show_what_was_changed(forged: Publication, client: Client) -> None:
    page = client.get(f"/public/{forged.number}/").content.decode()
    assert "现在不作为公开内容" in page
    assert "九九点九九" not in page
    assert forged.content["fiscal"]["text"] not in page
    assert "内容被改动" in client.get("/public/").content.decode()
    (row,) = json.loads(client.get("/public/data.json").content)
    assert (row["content"], "不符" in row["altered"]) == (None, True)


def test_changed_publication_is_named_inside(forged: Publication, county: County, client: Client) -> None:
    sign_in(client, county.person("performance_office"), county.cycle)
    assert "内容被改动" in client.get("/disclosure/published/").content.decode()
    assert "被改动" in client.get(f"/disclosure/published/{forged.pk}/").content.decode()
    sign_in(client, county.person("auditor"), county.cycle)
    assert forged.number in client.post("/audit/verify/", {"anchor": ""}).content.decode()


def test_new_digest_over_changed_content_differs_from_the_chain(forged: Publication, county: County) -> None:
    forged.refresh_from_db()
    Publication.objects.update(digest=content_hash(forged.content))
    (line,) = broken_publications(county.place.pk)
    assert forged.number in line
    assert "审计链" in line


def test_deleted_and_smuggled_publications_are_named(county: County, forged: Publication) -> None:
    Publication.objects.all().delete()
    (line,) = broken_publications(county.place.pk)
    assert "已被删除" in line
    forged.pk, forged.number = forged.pk + 1000, "假编号"
    forged.save(force_insert=True)
    assert any("不是经系统公开" in line for line in broken_publications(county.place.pk))


def test_whole_publications_are_said_to_be_whole(county: County, goal: Goal) -> None:
    made = publish(source=goal, person=county.person("performance_office"))
    made.refresh_from_db()
    assert broken_publications(county.place.pk) == []
    assert altered([made]) == {}


def test_bureau_publishes_and_withdraws_in_the_browser(county: County, goal: Goal, client: Client) -> None:
    sign_in(client, county.person("performance_office"), county.cycle)
    assert goal.subject_year.name in client.get("/disclosure/").content.decode()
    client.post("/disclosure/publish/", {"chosen": [f"goal:{goal.pk}"]})
    made = Publication.objects.get()
    assert client.get("/disclosure/published/").status_code == 200
    assert client.post(f"/disclosure/published/{made.pk}/withdraw/", {"reason": ""}).status_code == 422
    client.post(f"/disclosure/published/{made.pk}/withdraw/", {"reason": "更正"})
    made.refresh_from_db()
    assert made.withdrawn_reason == "更正"


def test_unit_reads_but_cannot_publish(county: County, goal: Goal, client: Client) -> None:
    sign_in(client, county.person("unit_project"), county.cycle)
    assert client.get("/disclosure/").status_code == 200
    assert client.post("/disclosure/publish/", {"chosen": [f"goal:{goal.pk}"]}).status_code == 403
    assert not Publication.objects.exists()


def approved_goals(county: County, number: int) -> list[Goal]:
    with clock.at(DAY):
        return [make_goal(county, make_subject(county, unit=at % 3), "approved") for at in range(number)]


def test_what_is_due_comes_page_by_page_each_once_in_the_order_of_the_days(
    county: County, published_self_evaluation: SelfEvaluation
) -> None:
    withdraw(publication=Publication.objects.get(), reason="金额有误", person=county.person("performance_office"))
    goals = approved_goals(county, 4)
    Extension.objects.create(
        cycle=county.cycle, item="goals_publish", organisation=county.units[1], due=date(2023, 12, 1),
        reason="系统故障", state="granted", asker="", asked_at=clock.now(),
    )  # fmt: skip
    with clock.at(date(2023, 8, 1)):
        whole = list(due_list(county.cycle))
        # The goal of the body that has more time comes behind the others, and is not late yet.
        own = published_self_evaluation.goal
        assert [one.source for one in whole if one.kind == "goal"] == [own, goals[0], goals[2], goals[3], goals[1]]
        pages: list[Unpublished] = []
        after = ""
        while True:
            found = due_page(county.cycle, after=after, size=2)
            assert len(found.rows) <= 2
            pages += found.rows
            after = found.next
            if not after:
                break
        assert pages == whole
        assert len(whole) == 6
        told = waiting_by_kind(county.cycle)
        for kind in told:
            mine = [one for one in whole if one.kind == kind]
            assert told[kind].number == len(mine)
            assert told[kind].late == sum(one.overdue for one in mine)
            assert told[kind].first == min((one.due for one in mine if one.due), default=None)
        assert told["goal"].late == 4
        assert waiting(county.cycle) == (6, min(one.due for one in whole if one.due))
        only = due_page(county.cycle, kinds=("self_evaluation",))
        assert [one.source for one in only.rows] == [published_self_evaluation]
    for wrong in ("x", "2023-13-01.goal.1", "2023-01-01.evil.1", "2023-01-01.goal.x", "..."):
        assert due_page(county.cycle, after=wrong, size=2) == due_page(county.cycle, size=2)


def test_page_of_what_is_due_asks_as_often_and_shows_as_much_however_much_there_is(
    county: County, goal: Goal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jiheng.stages.disclosure.queries.due_page.__kwdefaults__", {"kinds": (), "after": "", "size": 3})
    office, page = sign_in(Client(), county.person("performance_office"), county.cycle), reverse("disclosure:due")

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert office.get(page).status_code == 200
        return len(queries)

    asked()
    few = asked()
    approved_goals(county, 7)
    asked()
    assert asked() == few
    shown = office.get(page).text
    assert shown.count('name="chosen"') == 3
    assert "共 8 项未公开" in shown
    (following,) = re.findall(r'rel="next" href="([^"]+)"', shown.split("page-head")[1])
    behind = office.get(page + html.unescape(following)).text
    assert behind.count('name="chosen"') == 3
    ticked = re.findall(r'name="chosen" value="([^"]+)"', behind)
    assert not set(ticked) & set(re.findall(r'name="chosen" value="([^"]+)"', shown))
    assert office.post(reverse("disclosure:publish"), {"chosen": [*ticked, "goal:x", "evil:1"]}).status_code == 302
    assert sum(one.number for one in waiting_by_kind(county.cycle).values()) == 5
    named = office.get(page, {"q": goal.subject_year.name}).text
    assert named.count('name="chosen"') == 1
    assert "没有符合条件" in office.get(page, {"kind": "evaluation"}).text
