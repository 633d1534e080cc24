"""A closed year is closed in the database, for every table that hangs on it; reopening takes two people."""

# ruff: noqa: S608 -- the statements are the test's own

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, models, transaction

from jiheng.foundation import clock
from jiheng.foundation.audit.models import Entry
from jiheng.foundation.audit.services import act
from jiheng.foundation.files.models import Evidence
from jiheng.foundation.web.navigation import stages
from jiheng.foundation.workflow.advance import Refused
from jiheng.foundation.workflow.models import Case, Signature
from jiheng.registers.budgets.models import LedgerEntry
from jiheng.registers.cycles import freeze
from jiheng.registers.cycles.closing import ask_turn, closing_refusals, decide_turn, published_figures
from jiheng.registers.cycles.models import Cycle, Turn
from jiheng.registers.subjects.models import SubjectYear
from jiheng.stages.disclosure.services import publish
from jiheng.stages.goals.models import Goal, GoalIndicator
from jiheng.stages.goals.services import save_content
from tests.make import DAY, County, make_budget, make_county, make_goal, make_subject

pytestmark = pytest.mark.django_db
AFTER = date(2024, 11, 1)
NOT_FROZEN = {"cycles.turn"}
"""What lives on after a closing: the record of closings and reopenings itself."""


@pytest.fixture
def county() -> County:
    return make_county()


def turn(county: County, kind: str, *, granted: bool = True) -> Turn:
    office, leader = county.person("performance_office"), county.person("bureau_leader")
    county.cycle.refresh_from_db()
    asked = ask_turn(cycle=county.cycle, kind=kind, reason="审计要求更正", person=office)
    decide_turn(turn=asked, granted=granted, opinion="同意" if granted else "理由不足", person=leader)
    county.cycle.refresh_from_db()
    return asked


@pytest.fixture
def closed(county: County) -> County:
    """A year with an approved and published goal, and money, closed by two people."""
    with clock.at(DAY):
        year = make_subject(county)
        goal = make_goal(county, year, "approved")
        make_budget(county, year)
    with clock.at(AFTER):
        publish(source=goal, person=county.person("performance_office"))
        turn(county, "close")
    return county


def hangs_on_a_cycle(model: type[models.Model], seen: frozenset[type[models.Model]] = frozenset()) -> bool:
    """Whether foreign keys lead from a model to a cycle: said anew, not by the way of the freeze itself."""
    for field in model._meta.concrete_fields:
        target = field.related_model
        fresh = isinstance(field, models.ForeignKey) and not field.null and target not in seen
        if fresh and isinstance(target, type) and (target is Cycle or hangs_on_a_cycle(target, seen | {model})):
            return True
    return False


@pytest.mark.feature("1.11")
def test_every_table_that_hangs_on_a_year_is_guarded() -> None:
    hanging = {one for one in apps.get_models(include_auto_created=True) if hangs_on_a_cycle(one)}
    frozen = {one for one in hanging if one._meta.label_lower not in NOT_FROZEN}
    assert len(frozen) > 25
    expected = {one._meta.db_table for one in frozen} | {"workflow_signature", "files_evidence", "cycles_cycle"}
    assert freeze.guarded() == expected


def test_every_case_of_a_year_is_asked_before_it_closes() -> None:
    tracked = {label for stage in stages() for label in stage.tracks}
    cases = {one._meta.label_lower for one in apps.get_models() if issubclass(one, Case) and hangs_on_a_cycle(one)}
    assert cases == tracked


def sql(statement: str) -> Callable[[], None]:
    def run() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)

    return run


def replaced(table: str, row: int, **changed: object) -> str:
    """Return the statement that puts another row in the place of one, without an update or deletion in so many words."""
    with connection.cursor() as cursor:
        names = [one.name for one in connection.introspection.get_table_description(cursor, table)]
    values = ", ".join(repr(changed[one]) if one in changed else f'"{one}"' for one in names)
    own = ", ".join(f'"{one}"' for one in names)
    rows = f"INTO {table} ({own}) SELECT {values} FROM {table} WHERE id = {row}"
    if connection.vendor == "sqlite":
        return f"INSERT OR REPLACE {rows}"
    new = ", ".join(f'"{one}" = EXCLUDED."{one}"' for one in names)
    return f"INSERT {rows} ON CONFLICT (id) DO UPDATE SET {new}"


def copied(table: str, key: str = "id") -> str:
    """Return the statement that inserts a row of a table once more under a new key."""
    with connection.cursor() as cursor:
        names = [one.name for one in connection.introspection.get_table_description(cursor, table)]
    own = ", ".join(f'"{one}"' for one in names)
    values = ", ".join("987654" if one == key else f'"{one}"' for one in names)
    return f"INSERT INTO {table} ({own}) SELECT {values} FROM {table} LIMIT 1"


@pytest.mark.feature("1.11")
def test_direct_sql_changes_nothing_of_a_closed_year(closed: County) -> None:
    filled = 0
    for table in sorted(freeze.guarded() - {"cycles_cycle"}):
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM {table}")
            count = cursor.fetchone()[0]
        if not count:
            continue
        filled += 1
        for statement in (f"UPDATE {table} SET id = id", f"DELETE FROM {table}", copied(table)):
            with pytest.raises(DatabaseError, match=r"closed budget year|append-only"):
                sql(statement)()
    assert filled >= 5  # subjects, ledger, goals, indicators, signatures
    for statement in ("DELETE FROM cycles_cycle", "UPDATE cycles_cycle SET state = 'open'", "UPDATE cycles_cycle SET budget_year = 2000"):
        with pytest.raises(DatabaseError, match="closed budget year"):
            sql(statement)()
    assert Goal.objects.count() == 1


def test_no_row_moves_into_or_out_of_a_closed_year(closed: County) -> None:
    other = Cycle.objects.create(
        place=closed.place, budget_year=2024, snapshot=closed.cycle.snapshot, opened_at=clock.now()
    )
    free = make_subject(closed, cycle=other)
    for statement in (
        f"UPDATE subjects_subjectyear SET cycle_id = {closed.cycle.pk} WHERE id = {free.pk}",
        f"UPDATE goals_goal SET cycle_id = {other.pk}",
        f"UPDATE goals_goalindicator SET weight = 1 WHERE id = {GoalIndicator.objects.earliest('pk').pk}",
    ):
        with pytest.raises(DatabaseError, match="closed budget year"):
            sql(statement)()
    sql(f"UPDATE subjects_subjectyear SET name = '别名' WHERE id = {free.pk}")()
    assert SubjectYear.objects.get(pk=free.pk).name == "别名"


def test_no_row_of_a_closed_year_or_of_what_only_grows_is_replaced(closed: County) -> None:
    """SQLite's REPLACE asks no trigger of deletion about the row that goes; PostgreSQL's upsert is an update."""
    other = Cycle.objects.create(
        place=closed.place, budget_year=2024, snapshot=closed.cycle.snapshot, opened_at=clock.now()
    )
    free = make_subject(closed, cycle=other)
    goal, money, entry = Goal.objects.get(), LedgerEntry.objects.earliest("pk"), Entry.objects.earliest("pk")
    refused = [
        replaced("goals_goal", goal.pk, cycle_id=other.pk),
        replaced("cycles_cycle", closed.cycle.pk, state="open"),
        replaced("budgets_ledgerentry", money.pk, amount_fen=1),
        replaced("audit_entry", entry.pk, action="other"),
    ]
    if connection.vendor == "sqlite":  # by a key that is not the row's number, and by an update
        refused += [
            replaced("goals_goal", goal.pk, id=987654, cycle_id=other.pk),
            replaced("audit_entry", entry.pk, id=987654, action="other"),
            f"UPDATE OR REPLACE subjects_subjectyear SET id = {goal.subject_year_id} WHERE id = {free.pk}",
        ]
    for statement in refused:
        with pytest.raises(DatabaseError, match=r"closed budget year|append-only"):
            sql(statement)()
    sql(replaced("subjects_subjectyear", free.pk, name="别名"))()
    assert SubjectYear.objects.get(pk=free.pk).name == "别名"


def test_signatures_and_evidence_of_a_closed_year_stand(closed: County) -> None:
    signed = Signature.objects.filter(subject__startswith="goals.goal:").earliest("pk")
    for statement in (
        f"UPDATE workflow_signature SET comment = '改' WHERE id = {signed.pk}",
        f"DELETE FROM workflow_signature WHERE id = {signed.pk}",
    ):
        with pytest.raises(DatabaseError, match="closed budget year"):
            sql(statement)()
    assert not Evidence.objects.exists()


def test_a_service_answers_with_reason_and_clause(closed: County) -> None:
    goal = Goal.objects.get()
    goal.objective = "改写"
    with pytest.raises(Refused) as refused, act(closed.person("unit_project")):
        goal.save()
    told = refused.value.refusals[0]
    assert "已经关闭" in told.message
    assert "预算法" in told.clause
    assert "重新开启" in told.remedy
    with pytest.raises(Refused, match="关闭"):
        make_subject(closed)
    with pytest.raises(Refused):
        save_content(goal=goal, person=closed.person("unit_project"), rows=[], objective="改写")


@pytest.mark.feature("1.11")
def test_reopening_needs_reason_and_another_person_and_shows_what_is_public(closed: County) -> None:
    office, leader = closed.person("performance_office"), closed.person("bureau_leader")
    figures = published_figures(closed.cycle)
    assert {one.label for one in figures} >= {"财政资金", "购置教学设备台数"}
    with clock.at(AFTER):
        with pytest.raises(Refused, match="理由"):
            ask_turn(cycle=closed.cycle, kind="reopen", reason=" ", person=office)
        with pytest.raises(Refused, match="绩效管理股"):
            ask_turn(cycle=closed.cycle, kind="reopen", reason="更正", person=leader)
        asked = ask_turn(cycle=closed.cycle, kind="reopen", reason="审计发现数字有误", person=office)
        with pytest.raises(Refused, match="局领导"):
            decide_turn(turn=asked, granted=True, opinion="", person=office)
        with pytest.raises(Refused, match="待批准"):
            ask_turn(cycle=closed.cycle, kind="reopen", reason="再次", person=office)
        decide_turn(turn=asked, granted=False, opinion="先补充材料", person=leader)
        assert Cycle.objects.get().state == "closed"
        with pytest.raises(DatabaseError, match="closed budget year"):
            sql("UPDATE cycles_cycle SET state = 'open'")()
        made = turn(closed, "reopen")
        made.refresh_from_db()
        assert (Cycle.objects.get().state, made.at_risk) == ("open", len(figures))
        sql("UPDATE goals_goal SET objective = '更正后'")()
        turn(closed, "close")
    with pytest.raises(DatabaseError, match="closed budget year"):
        sql("UPDATE goals_goal SET objective = '再改'")()
    told = Entry.objects.filter(action__startswith="cycle.").order_by("number").values_list("action", flat=True)
    assert list(told)[-7:] == [
        "cycle.close", "cycle.ask_reopen", "cycle.deny_reopen", "cycle.ask_reopen", "cycle.reopen", "cycle.ask_close", "cycle.close"
    ]  # fmt: skip


def test_who_asked_cannot_decide_under_another_appointment(county: County) -> None:
    office = county.person("performance_office")
    with clock.at(AFTER):
        asked = ask_turn(cycle=county.cycle, kind="close", reason="年度结束", person=office)
        asked.asked_by_id = county.person("bureau_leader").user_id
        with pytest.raises(Refused, match="申请人不能"):
            decide_turn(turn=asked, granted=True, opinion="", person=county.person("bureau_leader"))


@pytest.mark.feature("1.11")
def test_closing_names_everything_that_is_open(county: County) -> None:
    make_goal(county, make_subject(county), "draft")
    make_goal(county, make_subject(county), "approved")
    with clock.at(DAY), pytest.raises(Refused) as refused:
        ask_turn(cycle=county.cycle, kind="close", reason="结束", person=county.person("performance_office"))
    told = [str(one.message) for one in refused.value.refusals]
    assert any("尚未结束" in one for one in told)
    assert "绩效目标还没有办结：1 项" in told
    assert "应公开的还没有公开：1 项" in told
    assert {one.where for one in refused.value.refusals} >= {"/goals/"}, "each leads to where it can be finished"
    assert all(one.clause for one in refused.value.refusals)


def test_what_opened_after_the_request_keeps_the_year_open(county: County) -> None:
    with clock.at(AFTER):
        asked = ask_turn(cycle=county.cycle, kind="close", reason="结束", person=county.person("performance_office"))
        make_goal(county, make_subject(county), "draft")
        assert closing_refusals(county.cycle)
        with pytest.raises(Refused, match="绩效目标还没有办结"):
            decide_turn(turn=asked, granted=True, opinion="", person=county.person("bureau_leader"))
    assert Cycle.objects.get().state == "open"
    assert Turn.objects.get().state == "asked"


def test_triggers_are_lifted_only_inside_the_block(closed: County, tmp_path: Path) -> None:
    before = freeze.guarded()
    with transaction.atomic(), freeze.lifted():
        assert not freeze.guarded()
        sql("UPDATE goals_goal SET objective = '恢复时写入'")()
    assert freeze.guarded() == before
    with pytest.raises(DatabaseError, match="closed budget year"):
        sql("UPDATE goals_goal SET objective = '再改'")()
