"""The year's journey killed at random points, many seeds: nothing lost, nothing half-written, everything done once.

Every deed runs in a process of its own that dies by SIGKILL behind a random statement or after a random moment, and is
taken up again until it is done, as people press the button again. In the end every table holds as many rows as after
a year in which nothing was killed. More seeds: JIHENG_KILL_SEEDS=1-100.
"""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connections

from jiheng.foundation import clock
from jiheng.foundation.accounts.models import Organisation
from jiheng.foundation.accounts.person import Person
from jiheng.foundation.audit.models import Entry
from jiheng.foundation.audit.queries import first_break
from jiheng.foundation.files.models import ImportBatch
from jiheng.foundation.files.services import attach
from jiheng.registers.budgets.models import LedgerEntry
from jiheng.registers.cycles.queries import policy_for
from jiheng.registers.subjects.models import SubjectYear
from jiheng.site.archive import kept_models
from jiheng.stages.disclosure.services import publish
from jiheng.stages.evaluation.models import Draw, Evaluation, SelfEvaluation
from jiheng.stages.evaluation.services.draws import draw_rechecks
from jiheng.stages.evaluation.services.evaluations import (
    EvaluationOrder,
    FindingData,
    card_of,
    confirm_evaluation,
    consult_unit,
    respond,
    save_report,
    save_scores,
    start_evaluation,
    submit_report,
)
from jiheng.stages.evaluation.services.self_evaluations import (
    accept_self_evaluation,
    confirm_self_evaluation,
    recheck_self_evaluation,
    save_execution_reason,
    save_results,
    start_self_evaluation,
    submit_self_evaluation,
)
from jiheng.stages.goals.models import Goal
from jiheng.stages.goals.services import (
    approve_department,
    approve_goal,
    pass_division,
    pass_performance,
    save_content,
    save_money,
    start_goal,
    submit_goal,
)
from jiheng.stages.monitoring import services as monitoring
from jiheng.stages.monitoring.models import Checkpoint, MonitoringReport
from jiheng.stages.results.models import Decision, Rectification
from jiheng.stages.results.services import (
    accept_rectification,
    decide_result,
    issue_rectification,
    propose_decision,
    report_rectification,
)
from tests.channels.exchange.sheets import PAYMENTS, book, import_now, send
from tests.guards import take_away
from tests.journeys.test_year_by_services import ACTUALS, PDF
from tests.make import County, make_budget, make_county, make_promise, make_rows, make_subject

pytestmark = [pytest.mark.usefixtures("committed"), pytest.mark.concurrency]


def seeds() -> list[int]:
    """The seeds of a run: three in every build, as many as are asked for otherwise."""
    first, _, last = os.environ.get("JIHENG_KILL_SEEDS", "1-3").partition("-")
    return list(range(int(first), int(last or first) + 1))


Deed = tuple[str, date, Callable[[County], Any], Callable[[], bool] | None]
"""Its name, its day, what is done, and how it shows that it was; without, by the entries that it leaves in the chain."""


def _goal() -> Goal:
    return Goal.objects.select_related("subject_year__unit", "cycle__snapshot").get()


def _report() -> MonitoringReport:
    return MonitoringReport.objects.get()


def _self() -> SelfEvaluation:
    return SelfEvaluation.objects.get()


def _readings(county: County) -> None:
    report = _report()
    words = {"台": "30", "%": "95", "元/台": "7900"}
    readings = {
        one.pk: monitoring.ReadingData(words.get(one.indicator.unit, "按计划推进"), likelihood="certain", reason="分批到货")
        for one in report.readings.select_related("indicator")
    }
    measure = monitoring.MeasureData("督促供货", "项目负责岗", date(2023, 5, 31))
    monitoring.save_readings(
        report=report, readings=readings, note="按计划执行", measures=[measure], person=county.person("unit_project")
    )


def _results(county: County) -> None:
    record = _self()
    told = {line.pk: ACTUALS[line.indicator.name] for line in record.lines.select_related("indicator")}
    save_results(evaluation=record, lines=told, actual_objective="都已购置。", person=county.person("unit_project"))


def _fiscal() -> Evaluation:
    return Evaluation.objects.get()


def _order(county: County) -> None:
    body = Organisation.objects.get(pk=county.person("agency").organisation_id)
    order = EvaluationOrder(SubjectYear.objects.get(), "fiscal", "project_evaluation", 100_000_000, body, date(2024, 6, 30))
    start_evaluation(order=order, person=county.person("performance_office"))


def _recheck(county: County) -> None:
    points = {line.pk: (line.points - 1, "佐证不足") for line in _self().lines.all() if line.points}
    judge = county.person("evaluation_centre")
    recheck_self_evaluation(evaluation=_self(), points=points, note="佐证材料不充分", person=judge)


def _scores(county: County) -> None:
    points = {item.key: (item.points * Decimal("0.7")).quantize(Decimal("0.01")) for item in card_of(_fiscal()).items}
    reasons = dict.fromkeys(points, "资料不完整")
    save_scores(evaluation=_fiscal(), points=points, reasons=reasons, person=county.person("agency"))


def _written(county: County) -> None:
    outline = policy_for(_fiscal().cycle).documents["evaluation_report"]
    save_report(
        evaluation=_fiscal(), sections={one.key: "内容" for one in outline.sections}, person=county.person("agency"),
        findings=[FindingData("output", "设备闲置", "调配使用", 1_000_000)],
    )  # fmt: skip


def _proof(subject: Any, person: Person) -> None:
    attach(subject=subject, row="", name="证明.pdf", content=PDF, person=person)


GOAL, MONEY, WATCH, YEAR_END = date(2022, 11, 1), date(2023, 1, 31), date(2023, 4, 3), date(2024, 2, 1)
JUDGED, DECIDED = date(2024, 4, 1), date(2024, 7, 5)
DEEDS: list[Deed] = [
    ("start", GOAL, lambda c: start_goal(year=SubjectYear.objects.get(), person=c.person("unit_project")),
     Goal.objects.exists),
    ("content", GOAL, lambda c: save_content(goal=_goal(), rows=make_rows(), objective="购置教学设备120台。",
     person=c.person("unit_project")), lambda: bool(_goal().indicators.count())),
    ("money", GOAL, lambda c: save_money(goal=_goal(), fiscal_fen=100_000_000, other_fen=0, note="询价",
     person=c.person("unit_finance")), lambda: Entry.objects.filter(action="goals.save_money").exists()),
    ("sign", GOAL, lambda c: submit_goal(goal=_goal(), person=c.person("unit_project")),
     lambda: Entry.objects.filter(action="goals.submit", role="unit_project").exists()),
    ("submit", GOAL, lambda c: submit_goal(goal=_goal(), person=c.person("unit_finance")),
     lambda: _goal().state != "draft"),
    ("department", GOAL, lambda c: approve_department(goal=_goal(), person=c.person("department_reviewer")),
     lambda: _goal().state != "department"),
    ("division", GOAL, lambda c: pass_division(goal=_goal(), person=c.person("division")),
     lambda: Entry.objects.filter(action__startswith="goals.", role="division").exists()),
    ("performance", GOAL, lambda c: pass_performance(goal=_goal(), person=c.person("performance_office")),
     lambda: Entry.objects.filter(action__startswith="goals.", role="performance_office").exists()),
    ("approve", MONEY, lambda c: approve_goal(goal=_goal(), person=c.person("bureau_leader")),
     lambda: _goal().state == "approved"),
    ("budget", MONEY, lambda c: make_budget(c, SubjectYear.objects.get()),
     LedgerEntry.objects.exists),
    ("publish", MONEY, lambda c: publish(source=_goal(), person=c.person("performance_office")),
     lambda: Entry.objects.filter(action="disclosure.publish").exists()),
    ("checkpoint", WATCH, lambda c: monitoring.open_checkpoint(cycle=c.cycle, key="q1", person=c.person("performance_office")),
     Checkpoint.objects.exists),
    ("readings", WATCH, _readings, lambda: Entry.objects.filter(action="monitoring.readings").exists()),
    ("report", WATCH, lambda c: monitoring.submit_report(report=_report(), person=c.person("unit_project")),
     lambda: Entry.objects.filter(action="monitoring.submit", role="unit_project").exists()),
    ("report too", WATCH, lambda c: monitoring.submit_report(report=_report(), person=c.person("unit_finance")),
     lambda: _report().state != "draft"),
    ("confirm", WATCH, lambda c: monitoring.confirm_report(report=_report(), person=c.person("department_reviewer")),
     lambda: Entry.objects.filter(action__startswith="monitoring.", role="department_reviewer").exists()),
    ("self", YEAR_END, lambda c: start_self_evaluation(goal=_goal(), person=c.person("unit_project")),
     SelfEvaluation.objects.exists),
    ("results", YEAR_END, _results, lambda: Entry.objects.filter(action="self_evaluation.results").exists()),
    ("reason", YEAR_END, lambda c: save_execution_reason(evaluation=_self(), reason="延期", person=c.person("unit_finance")),
     lambda: Entry.objects.filter(action="self_evaluation.money").exists()),
    ("proof", YEAR_END, lambda c: _proof(_self(), c.person("unit_project")), None),
    ("sign self", YEAR_END, lambda c: submit_self_evaluation(evaluation=_self(), person=c.person("unit_project")), None),
    ("submit self", YEAR_END, lambda c: submit_self_evaluation(evaluation=_self(), person=c.person("unit_finance")), None),
    ("confirm self", YEAR_END, lambda c: confirm_self_evaluation(evaluation=_self(), person=c.person("department_reviewer")),
     None),
    ("draw", YEAR_END, lambda c: draw_rechecks(cycle=c.cycle, count=1, seed="20240201", person=c.person("performance_office")),
     Draw.objects.exists),
    ("recheck", YEAR_END, _recheck, None),
    ("accept self", YEAR_END, lambda c: accept_self_evaluation(evaluation=_self(), person=c.person("performance_office")),
     None),
    ("publish self", YEAR_END, lambda c: publish(source=_self(), person=c.person("performance_office")), None),
    ("order", JUDGED, _order, Evaluation.objects.exists),
    ("scores", JUDGED, _scores, None),
    ("write", JUDGED, _written, None),
    ("submit judged", JUDGED, lambda c: submit_report(evaluation=_fiscal(), person=c.person("agency")), None),
    ("consult", JUDGED, lambda c: consult_unit(evaluation=_fiscal(), person=c.person("performance_office")), None),
    ("respond", JUDGED, lambda c: respond(evaluation=_fiscal(), reply="没有意见", person=c.person("unit_project")), None),
    ("confirm judged", JUDGED,
     lambda c: confirm_evaluation(evaluation=_fiscal(), answer="无", person=c.person("performance_office")), None),
    ("propose", DECIDED, lambda c: propose_decision(evaluation=_fiscal(), person=c.person("performance_office")),
     Decision.objects.exists),
    ("decide", DECIDED, lambda c: decide_result(decision=Decision.objects.get(), ratio=Decimal(15), reason="设备闲置",
     person=c.person("bureau_leader")), None),
    ("order it put right", DECIDED, lambda c: issue_rectification(finding=_fiscal().findings.get(), requirement="",
     person=c.person("performance_office")), Rectification.objects.exists),
    ("prove it", DECIDED, lambda c: _proof(Rectification.objects.get(), c.person("unit_project")), None),
    ("put right", DECIDED, lambda c: report_rectification(rectification=Rectification.objects.get(), measure="调配",
     outcome="已调配", person=c.person("unit_project")), None),
    ("accept it", DECIDED, lambda c: accept_rectification(rectification=Rectification.objects.get(), note="属实",
     person=c.person("performance_office")), None),
    ("publish judged", DECIDED, lambda c: publish(source=_fiscal(), person=c.person("performance_office")), None),
]  # fmt: skip


class Killer:
    """Ends the process behind its n-th statement, or lets it live until the parent's moment comes."""

    def __init__(self, at: int) -> None:
        self.left = at

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        """Count the statements that ran."""
        done = execute(sql, params, many, context)
        self.left -= 1
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return done


def killed(deed: Callable[[], Any], chance: random.Random) -> None:
    """Run the deed in a process with its own connection and kill it: behind a statement, or after a moment."""
    connections.close_all()
    by_statement = chance.random() < 0.7
    child = os.fork()
    if child == 0:
        try:
            with connections["default"].execute_wrapper(Killer(chance.randrange(1, 60) if by_statement else 0)):
                deed()
        except BaseException:  # noqa: BLE001, S110 -- the parent looks at what stands in the database
            pass
        os._exit(1)
    if not by_statement:
        time.sleep(chance.random() * 0.2)
        os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def counted() -> dict[str, int]:
    """How many rows every table holds."""
    return {one._meta.label: one._default_manager.count() for one in kept_models()}


def _more_than(entries: int) -> Callable[[], bool]:
    return lambda: Entry.objects.count() > entries


def year(county: County, chance: random.Random | None) -> list[int]:
    """Do all deeds, killed or not; return how many entries each left in the chain."""
    left = []
    for name, day, deed, shown in DEEDS:
        before, rows = Entry.objects.count(), counted()
        done = shown or _more_than(before)
        with clock.at(day):
            for _ in range(0 if chance is None else chance.randrange(3)):
                if done():
                    break
                killed(lambda deed=deed: deed(county), chance)  # type: ignore[misc, arg-type]
                if not done():
                    assert counted() == rows, f"{name}: half-written"
            if not done():
                deed(county)
            assert done(), name
        left.append(Entry.objects.count() - before)
    assert first_break(county.place.pk) is None
    return left


def fresh() -> County:
    with clock.at(date(2022, 10, 8)):
        county = make_county()
    with clock.at(GOAL):
        make_subject(county)
    return county


def test_year_killed_at_random_points_ends_like_one_that_was_not() -> None:
    whole = year(fresh(), None)
    expected = counted()
    for seed in seeds():
        put_back = take_away()
        call_command("flush", interactive=False, verbosity=0)
        put_back()
        assert year(fresh(), random.Random(seed)) == whole, f"seed {seed}"
        assert counted() == expected, f"seed {seed}"


def test_bulk_import_killed_again_and_again_is_imported_once() -> None:
    county = fresh()
    with clock.at(GOAL):
        subject = SubjectYear.objects.get()
        make_promise(subject)
        make_budget(county, subject)
    rows = [(subject.subject.code, 1, "2023-05-01", f"Z{number}") for number in range(40)]
    batch = send(county, "payments", book(PAYMENTS, *rows), role="treasury")
    before, treasury, chance = Entry.objects.count(), county.person("treasury"), random.Random(7)
    for _ in range(12):
        killed(lambda: import_now(ImportBatch.objects.get(pk=batch.pk), treasury), chance)
        batch.refresh_from_db()
        booked = batch.ledger.count()
        assert (batch.phase, booked) in {("preview", 0), ("applied", 40)}, "whole or not at all"
    if batch.phase == "preview":
        import_now(batch, treasury)
    assert batch.ledger.count() == 40
    assert Entry.objects.filter(action="exchange.import").count() == 1
    assert Entry.objects.count() > before
    assert first_break(county.place.pk) is None


# --- the worker, a real process on a database of its own

SETUP = """
import django; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from django.db import transaction
from jiheng.foundation.jobs.services import enqueue
from tests.foundation.jobs.deeds import slow_rows_job
with transaction.atomic():
    for number in range({jobs}):
        enqueue(slow_rows_job, key=f"slow:{{number}}", code=f"slow-{{number}}", rows={rows})
"""
LATER = """
import django; django.setup()
from datetime import timedelta
from jiheng.foundation import clock
from jiheng.foundation.jobs.models import JobRun
JobRun.objects.filter(done_at=None).update(leased_until=clock.now() - timedelta(seconds=1))
print(JobRun.objects.filter(done_at=None).count())
"""
LEFT = """
import django; django.setup()
import collections, json
from jiheng.foundation.accounts.models import Place
from jiheng.foundation.jobs.models import JobRun
found = collections.Counter(one.rpartition("-")[0] for one in Place.objects.values_list("code", flat=True))
print(json.dumps([found, JobRun.objects.filter(done_at=None).count(), max(JobRun.objects.values_list("attempts", flat=True))]))
"""


@pytest.mark.own_database
def test_worker_killed_at_random_moments_does_every_job_once(tmp_path: Path) -> None:
    """SIGKILL of `jiheng work` while it writes; ten minutes later (the lease) another one takes its jobs up."""
    jobs, rows = 6, 12
    root = str(Path(__file__).resolve().parents[2])
    environment = {key: value for key, value in os.environ.items() if not key.startswith("JIHENG_")} | {
        "DJANGO_SETTINGS_MODULE": "jiheng.site.settings", "JIHENG_DATA": str(tmp_path), "PYTHONPATH": root,
        "JIHENG_SECRET_KEY": "killed-worker-" + "0k1" * 20, "JIHENG_DATABASE_URL": f"sqlite:///{tmp_path}/w.sqlite3",
    }  # fmt: skip

    def said(program: str) -> str:
        done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip().splitlines()[-1] if done.stdout.strip() else ""

    said(SETUP.format(jobs=jobs, rows=rows))
    chance = random.Random(seeds()[0])
    for life in range(12):
        worker = subprocess.Popen(
            [sys.executable, "-m", "jiheng.site.cli", "work"], env=environment,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        if life < 2:  # a job may be tried three times in all: two workers die on it, the third lives
            time.sleep(3 + chance.random() * 4)
            worker.kill()
            worker.wait()
            said(LATER)
            continue
        for _ in range(120):
            time.sleep(1)
            found, left, _ = json.loads(said(LEFT))
            if left == 0:
                break
        worker.kill()
        worker.wait()
        break
    found, left, attempts = json.loads(said(LEFT))
    assert left == 0
    assert attempts <= 3
    assert found == {f"slow-{number}": rows for number in range(jobs)}, "each job left its rows once, whole"
