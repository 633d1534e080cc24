"""Whoever changes records past the system is named: a random column, row or copy of what the chain sealed."""

import random
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from jiheng.foundation import clock
from jiheng.foundation.audit import sealing
from jiheng.foundation.audit.models import Entry
from jiheng.foundation.audit.proving import proved_records
from jiheng.foundation.audit.sealing import OWN, STATE, Kind, kind_of, kinds, rows_of, seals_of
from jiheng.foundation.audit.services import SEAL, SEALED, SEALED_ALONG, act, record, written_along
from jiheng.foundation.workflow.models import Case, Signature
from jiheng.registers.subjects.services import change_content
from jiheng.site.audit_commands import _broken
from jiheng.stages.evaluation.models import ScoreLine, SelfEvaluation, SelfLine
from jiheng.stages.evaluation.services.self_evaluations import submit_self_evaluation
from jiheng.stages.goals.models import BulkMove, Goal, GoalIndicator
from jiheng.stages.goals.services import (
    adjust_goal,
    drop_adjustment,
    move_many,
    return_goal,
    save_content,
    submit_goal,
    undo_bulk,
)
from jiheng.stages.monitoring.models import MonitoringReport, Reading
from jiheng.stages.monitoring.services import open_checkpoint
from jiheng.stages.results.services import propose_decision
from tests.channels.audit.tampering import lines_of, undone
from tests.guards import take_away
from tests.made_results import make_budgeted, make_order, make_result, prove
from tests.make import County, make_appraisal, make_county, make_goal, make_rows, make_subject, sign_in
from tests.stages.evaluation.builders import DAY as SCORED
from tests.stages.evaluation.builders import self_evaluation
from tests.stages.monitoring import build

pytestmark = pytest.mark.django_db
TIMES = 60


@pytest.fixture
def county() -> County:
    return make_county()


def played(county: County) -> None:
    """One record at least of most kinds, in a state in which nobody writes in it any more."""
    office = county.person("performance_office")
    year = build.paid_project(county)
    with clock.at(build.DAY):
        checkpoint = open_checkpoint(cycle=county.cycle, key="q1", person=office)
    made = build.Round(county, year, checkpoint)
    build.fill(made)
    build.sign(made)
    build.pass_on(made)
    self_evaluation(county, "submitted", unit=1)
    result = make_result(county, make_budgeted(county), "72")
    prove(county, make_order(county, result))
    with clock.at(date(2024, 7, 5)):
        propose_decision(evaluation=result, person=office)
    make_appraisal(county, make_subject(county), state="scored")


def other(column: models.Field[Any, Any], value: Any, chance: random.Random) -> Any:
    """Another value of a column than it has."""
    if isinstance(column, models.BooleanField):
        return not value
    if isinstance(column, models.ForeignKey):
        found = list(rows_of(column.related_model).exclude(pk=value).values_list("pk", flat=True)[:20])
        return chance.choice(found) if found else value
    if isinstance(column, models.UUIDField):
        return type(value)(int=chance.getrandbits(128))
    if isinstance(column, models.JSONField):
        return {"改": chance.randrange(1000)}
    if isinstance(column, models.DateTimeField):
        return (value or datetime(2023, 1, 1, tzinfo=UTC)) + timedelta(seconds=1)
    if isinstance(column, models.DateField):
        return (value or date(2023, 1, 1)) + timedelta(days=1)
    if isinstance(column, models.DecimalField):
        return (value or Decimal(0)) + Decimal("0.01")
    if isinstance(column, models.IntegerField):
        return (value or 0) + 1
    text = str(value or "")
    return text[:-1] if len(text) > 1 else text + "x"


def stood(county: County) -> int:
    """How many records of kinds that belong to a place there are, and of others those that the chain tells of."""
    own = sum(rows_of(one.model).filter(**{one.place: county.place}).count() for one in kinds().values() if one.place)
    return own + len({key for key in told_of() if not key[0].place})


def told_of() -> set[tuple[Kind, int]]:
    """The records of which the chain tells, under their own entry or along with another."""
    found = {kind_of(subject) for subject in Entry.objects.values_list("subject", flat=True)} - {None}
    along = Entry.objects.filter(action=SEAL).values_list("subject", "detail")
    return found | {(kinds()[label], int(pk)) for label, detail in along for pk in detail[SEALED_ALONG]}  # type: ignore[return-value]


def tables(kind: Kind, seal: dict[str, Any]) -> list[tuple[str, type[models.Model], frozenset[str]]]:
    """The tables of which a record's seal tells now: its own, and those of its parts that have rows."""
    own = [("记录内容", kind.model, kind.leave)] if OWN in seal else []
    return own + [(part.words, part.model, part.leave) for part in kind.parts if seal.get(part.key)]


def rows_under(kind: Kind, pk: int, words: str) -> Any:
    """The rows of one of a record's tables."""
    part = next((one for one in kind.parts if one.words == words), None)
    if part is None:
        return rows_of(kind.model).filter(pk=pk)
    if not part.by:
        return rows_of(part.model).filter(**{part.subject: f"{kind.label}:{pk}"})
    own = rows_of(kind.model).filter(pk=pk).values_list(*part.of)[0]
    return rows_of(part.model).filter(**dict(zip(part.by, own, strict=True)))


def tamper(chance: random.Random, kind: Kind, pk: int) -> str:
    """Do one thing to a record behind the system's back; return what must be named, "" where nothing could be done."""
    seal = seals_of(kind, [pk])[pk]
    words, model, leave = chance.choice(tables(kind, seal) or [("", kind.model, frozenset())])
    if not words:
        return ""
    rows = rows_under(kind, pk, words)
    row = chance.choice(list(rows))
    how = chance.random()
    if how < 0.15 and model is not kind.model:
        models.QuerySet(model).filter(pk=row.pk)._raw_delete(using="default")
        return words
    if how < 0.3 and model is not kind.model:
        row.pk = None
        row.save(force_insert=True)
        return words
    left = leave | {"version", STATE} if model is kind.model else leave
    columns = [one for one in model._meta.concrete_fields if not one.primary_key and one.name not in left]
    column = chance.choice(columns)
    value = getattr(row, column.attname)
    changed = other(column, value, chance)
    if changed == value:
        return ""
    models.QuerySet(model).filter(pk=row.pk).update(**{column.attname: changed})
    return words


def test_one_random_change_of_one_random_record_is_named(county: County) -> None:
    played(county)
    told = proved_records(county.place.pk)
    assert (told.lines, told.unsealed) == ([], 0)
    assert told.records == stood(county)
    take_away()
    chance, done, seen = random.Random(60), 0, set()
    subjects: dict[str, list[tuple[Kind, int]]] = {}
    for one in sorted(told_of(), key=lambda one: (one[0].label, one[1])):
        subjects.setdefault(one[0].label, []).append(one)
    assert len(subjects) >= 15
    while done < TIMES:
        kind, pk = chance.choice(subjects[chance.choice(list(subjects))])
        with undone():
            try:
                with transaction.atomic():
                    words = tamper(chance, kind, pk)
            except IntegrityError:
                continue
            if not words:
                continue
            found = [one for one in lines_of(county) if f"{kind.words} {pk} 号" in one]
            assert found, (kind.label, pk, words)
            assert words in found[0], "a row that was moved is missing from where it was"
            assert "曾绕过系统" in found[0]
            assert "第" in found[0]
            done += 1
            seen.add((kind.label, words))
    assert len(seen) > 20
    assert lines_of(county) == []


def test_a_state_that_was_set_past_the_steps_is_named_in_words(county: County) -> None:
    goal = make_goal(county, make_subject(county, name="道路养护"), "department")
    draft = make_goal(county, make_subject(county, name="校舍维修"), "draft")
    Goal.objects.filter(pk__in=(goal.pk, draft.pk)).update(state="approved")
    first, second = sorted(lines_of(county))
    assert f"绩效目标 {goal.pk} 号（绩效目标 " in first
    assert "道路养护" in first
    assert "办理状态（审计链为“主管部门审核”，数据库中为“已批复”）" in first, "what the steps call it"
    assert "审计链为“草拟”" in second
    assert "校舍维修" in second


def test_what_is_gone_or_smuggled_in_is_named(county: County) -> None:
    goal = make_goal(county, make_subject(county), "department")
    with undone():
        GoalIndicator.objects.filter(goal=goal).delete()
        take_away()
        Signature.objects.all().delete()
        models.QuerySet(Goal).filter(pk=goal.pk)._raw_delete(using="default")
        [line] = lines_of(county)
        assert f"绩效目标 {goal.pk} 号：审计链到第" in line
        assert "数据库中已没有" in line
    goal.pk, goal.revision = None, 7
    goal.save(force_insert=True)
    with undone():
        Signature.objects.create(
            place=county.place, subject="goals.goal:999999", action="approve", state="reviewed", role="bureau_leader",
            user_id=county.person("bureau_leader").user_id, name="某人", at=clock.now(), used=True,
        )  # fmt: skip
        first, second = lines_of(county)
        assert f"绩效目标 {goal.pk} 号" in first
        assert "审计链上没有任何记载" in first
        assert "签署（goals.goal:999999）" in second
        assert "没有任何记载" in second
    goal.delete()
    assert lines_of(county) == []


def test_what_people_do_is_never_named(county: County) -> None:
    """New names, adjustments made and dropped, bulk moves and their undoing, drafts that are typed on."""
    office = county.person("performance_office")
    year = make_subject(county, name="道路养护")
    goal = make_goal(county, year, "approved")
    change_content(year=year, content={"name": "道路养护二期"}, reason="更名", document="发改〔2022〕1号", person=office)
    assert lines_of(county) == []
    project = county.person("unit_project")
    newer = adjust_goal(goal=goal, person=project, reason="任务调整")
    save_content(goal=newer, person=project, rows=make_rows(), objective="调整后的目标。", draft=True)
    assert lines_of(county) == [], "drafts are saved without an entry"
    drop_adjustment(goal=newer, person=project)
    assert lines_of(county) == []
    goals = [make_goal(county, make_subject(county), "department") for _ in range(2)]
    move_many(goals=goals, person=county.person("department_reviewer"), action="approve_department")
    assert lines_of(county) == []
    undo_bulk(bulk=BulkMove.objects.get(), person=county.person("department_reviewer"))
    told = proved_records(county.place.pk)
    assert (told.lines, told.unsealed, told.records) == ([], 0, stood(county))


def test_records_written_under_another_entry_are_sealed_with_it(county: County) -> None:
    build.paid_project(county)
    with clock.at(build.DAY):
        open_checkpoint(cycle=county.cycle, key="q1", person=county.person("performance_office"))
    report = MonitoringReport.objects.get()
    entry = Entry.objects.get(action="audit.seal", subject="monitoring.monitoringreport")
    assert entry.detail["sealed_along"][str(report.pk)]["state"] == "draft"
    assert lines_of(county) == []
    Reading.objects.update(reason="改")
    assert lines_of(county) == [], "nobody has reported yet"
    MonitoringReport.objects.update(state="closed")
    assert f"监控表 {report.pk} 号" in lines_of(county)[0]


def fail_with(goal: Goal, county: County) -> None:
    """An act that breaks off after it wrote."""
    with act(county.person("unit_project")):
        written_along([goal])
        raise ZeroDivisionError


def test_an_act_that_fails_leaves_nothing_to_be_sealed(county: County) -> None:
    goal = make_goal(county, make_subject(county))
    with act(county.person("unit_project")):
        with pytest.raises(ZeroDivisionError):
            fail_with(goal, county)
        record("subject.note", goal.subject_year)
    assert not Entry.objects.filter(action="audit.seal", subject="goals.goal").exists()


def unseal(county: County) -> None:
    """Make the chain as older versions wrote it: without what is sealed now."""
    for entry in Entry.objects.filter(place=county.place, subject__startswith="goals.goal:", detail__has_key=SEALED):
        del entry.detail[SEALED]
        models.QuerySet(Entry).filter(pk=entry.pk).update(detail=entry.detail)


def test_what_was_sealed_by_older_versions_is_counted_and_its_state_held(county: County) -> None:
    goal = make_goal(county, make_subject(county), "department")
    other_goal = make_goal(county, make_subject(county), "department")
    take_away()
    unseal(county)
    GoalIndicator.objects.filter(goal=goal).update(name="改")
    told = proved_records(county.place.pk)
    assert (told.lines, told.unsealed) == ([], 2), "nothing to hold contents against, and it says so"
    Goal.objects.filter(pk=goal.pk).update(state="approved")
    [line] = lines_of(county)
    assert f"绩效目标 {goal.pk} 号" in line
    assert "审计链为“主管部门审核”，数据库中为“已批复”" in line
    Goal.objects.filter(pk=goal.pk).update(state="department")
    move_many(goals=[other_goal], person=county.person("department_reviewer"), action="approve_department")
    told = proved_records(county.place.pk)
    assert told.unsealed == 1, "the next step seals it"


def test_a_column_that_comes_later_leaves_old_seals_as_they_are(county: County, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of what has its default nothing is said: so it is as if the column had not been there."""
    goal = make_goal(county, make_subject(county), "department")
    kind = kinds()["goals.goal"]
    before = seals_of(kind, [goal.pk])
    columns: Callable[..., Any] = sealing._columns

    def older(model: type[models.Model], leave: frozenset[str]) -> Any:
        return tuple(one for one in columns(model, leave) if one[0] not in {"interim_text", "change_reason"})

    monkeypatch.setattr(sealing, "_columns", older)
    assert seals_of(kind, [goal.pk]) == before
    Goal.objects.filter(pk=goal.pk).update(change_reason="改")
    monkeypatch.undo()
    assert seals_of(kind, [goal.pk]) != before


def test_questions_do_not_grow_with_the_records(county: County) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert lines_of(county) == []
        return len(queries)

    make_goal(county, make_subject(county), "department")
    before = asked()
    for _ in range(4):
        make_goal(county, make_subject(county), "department")
    assert asked() == before


def test_the_page_and_the_command_name_it(county: County, client: Client, capsys: pytest.CaptureFixture[str]) -> None:
    result = make_result(county, make_budgeted(county), "72")
    signed = sign_in(client, county.person("audit_admin"))
    page = signed.post("/audit/verify/", {"anchor": ""}).content.decode()
    assert "状态、内容和签署与审计链所记一致" in page
    line = ScoreLine.objects.filter(evaluation=result).order_by("pk")[0]
    ScoreLine.objects.filter(pk=line.pk).update(points=line.points + 1)
    page = signed.post("/audit/verify/", {"anchor": ""}).content.decode()
    assert "业务记录有 1 处与审计链不符" in page
    assert f"绩效评价 {result.pk} 号" in page
    assert "评价得分与审计链第" in page
    assert "按备份恢复" in page
    assert _broken(county.place, None)
    said = capsys.readouterr().out
    assert f"绩效评价 {result.pk} 号" in said
    assert "评价得分" in said


def test_the_page_of_an_entry_tells_what_was_sealed_in_words(county: County, client: Client) -> None:
    goal = make_goal(county, make_subject(county), "department")
    signed = sign_in(client, county.person("audit_admin"))
    entry = Entry.objects.filter(subject=f"goals.goal:{goal.pk}").order_by("number").last()
    assert entry is not None
    page = signed.get(f"/audit/{entry.pk}/").content.decode()
    assert f"绩效指标 {entry.detail[SEALED]['indicators']}；" in page
    assert "&#x27;" not in page, "no code stands on the page"


def test_every_case_and_what_it_owns_is_sealed() -> None:
    """A new workflow, or a new table of rows below a case, has to be told to the chain."""
    known = {kind.model for kind in kinds().values()}
    cases = {one for one in apps.get_models() if issubclass(one, Case)}
    assert cases <= known
    told = {kind.model: {part.model for part in kind.parts} for kind in kinds().values()}
    for case in cases:
        owned = {
            one.related_model for one in case._meta.related_objects if getattr(one, "on_delete", None) is models.CASCADE
        }
        assert {one.__name__ for one in owned - told[case]} <= UNTOLD, case


UNTOLD = {"HeldText"}
"""Rows below a case that are no part of it: what two who typed at once could not both save."""


def test_what_was_saved_as_a_draft_is_held_from_the_act_that_submits_on(county: County) -> None:
    """While a draft is typed nothing is said; what was handed in is held until it is given back, and again after that."""
    goal = make_goal(county, make_subject(county))
    report = self_evaluation(county, "filled", unit=1)
    changes: tuple[tuple[str, Callable[[], object]], ...] = (
        (f"绩效目标 {goal.pk} 号", lambda: Goal.objects.filter(pk=goal.pk).update(objective="改")),
        (f"绩效目标 {goal.pk} 号", lambda: GoalIndicator.objects.filter(goal=goal).update(target_text="≥1")),
        (f"绩效自评 {report.pk} 号", lambda: SelfEvaluation.objects.filter(pk=report.pk).update(execution_reason="改")),
        (f"绩效自评 {report.pk} 号", lambda: SelfLine.objects.filter(evaluation=report).update(actual_text="改")),
    )

    def named() -> list[bool]:
        found = []
        for who, change in changes:
            with undone():
                change()
                found.append(any(who in line for line in lines_of(county)))
        return found

    assert named() == [False] * 4
    people = [county.person(role) for role in ("unit_project", "unit_finance")]
    for person in people:
        submit_goal(goal=goal, person=person)
    with clock.at(SCORED):
        for role in ("unit_project", "unit_finance"):
            submit_self_evaluation(evaluation=report, person=county.person(role, 1))
    assert named() == [True] * 4
    return_goal(goal=goal, person=county.person("department_reviewer"), comment="请补充依据")
    assert named() == [False, False, True, True]
    save_content(goal=goal, person=people[0], rows=make_rows(), objective="补充以后的目标。", draft=True)
    for person in people:
        submit_goal(goal=goal, person=person)
    assert named() == [True] * 4
    assert lines_of(county) == []
