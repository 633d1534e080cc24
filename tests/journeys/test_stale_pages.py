"""Two people on one record, pages left open, buttons pressed twice: generated from the workflow tables.

Every form with which a record is moved or written is opened as everybody who may, at every state of its table, and
sent after somebody else was faster; then twice. One effect at most, plain words, nothing typed is lost.
"""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, partial
from http import HTTPStatus
from typing import Any
from urllib.parse import urljoin

import pytest
from django.apps import apps
from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Concat
from django.urls import resolve
from pytest_django.plugin import DjangoDbBlocker

from jiheng.channels.scenarios.run import play
from jiheng.foundation.accounts.models import Appointment, User
from jiheng.foundation.accounts.person import Person, person_of
from jiheng.foundation.audit.models import Entry
from jiheng.foundation.workflow.models import Case, Signature
from jiheng.registers.cycles.models import Cycle
from jiheng.registers.cycles.queries import policy_for
from jiheng.registers.indicators.models import LibraryIndicator
from jiheng.registers.indicators.proposing import propose
from jiheng.registers.policies.queries import current_policy
from jiheng.rules.workflow import Workflow
from jiheng.stages.evaluation.models import Evaluation
from jiheng.stages.goals.models import Goal, PolicyLink
from jiheng.stages.goals.sessions.services import Plan, plan_session
from tests.contracts.matrix import Address, addresses
from tests.journeys.visitor import Node, Screen, Visitor
from tests.snapshots import put_demo_county
from tests.turns import tried_here

pytestmark = pytest.mark.django_db

WORKFLOWS = {
    "Accountability": "accountability",
    "Allocation": "allocation",
    "Appraisal": "appraisal",
    "Decision": "decision",
    "Evaluation": "evaluation",
    "EvaluationPlan": "evaluation_plan",
    "EvaluationScheme": "evaluation_scheme",
    "Goal": "goals",
    "MonitoringReport": "monitoring",
    "ProgressReport": "progress_report",
    "Proposal": "indicator",
    "Recapture": "recapture",
    "Reduction": "budget_reduction",
    "ReviewSession": "review_session",
    "Rectification": "rectification",
    "SelfEvaluation": "self_evaluation",
    "SituationReport": "situation",
}
TYPED = "已与单位核对，按会议纪要第3条办理"
MARKS = ("version", "seen")
"""The hidden fields that say what the page showed."""
TOLD = {HTTPStatus.CONFLICT, HTTPStatus.UNPROCESSABLE_ENTITY}


@pytest.fixture(scope="module")
def places(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Three places in whose years every kind of record stands; built once for this file and rolled back after it."""
    logging.disable(logging.WARNING)
    with django_db_blocker.unblock(), transaction.atomic():
        for build in (put_demo_county, partial(play, "heilongjiang-hailin", "1"), partial(play, "hunan-tianyuan", "1")):
            build()
            User.objects.update(username=Concat("username", Value("+")))  # the next place has the same sign-in names
        propose_end_of_an_indicator()
        call_a_session()
        yield
        transaction.set_rollback(True)
    logging.disable(logging.NOTSET)


def propose_end_of_an_indicator() -> None:
    """No year of these places has a proposal for the library: a unit of the first makes one."""
    indicator = LibraryIndicator.objects.order_by("pk")[0]
    held = Appointment.objects.filter(organisation__place_id=indicator.place_id, role="unit_project").order_by("pk")[0]
    propose(kind="retire", ground="本地不再办这类项目", person=person_of(held), indicator=indicator)


def call_a_session() -> None:
    """Nor do their goals meet face to face: the first place calls a session."""
    host = next(one for one in Appointment.objects.filter(role="performance_office").order_by("pk"))
    cycle = Cycle.objects.filter(place_id=host.organisation.place_id).order_by("-budget_year")[0]
    plan = Plan("绩效目标集中会审", date(cycle.budget_year, 1, 10), host.pk)
    plan_session(cycle=cycle, plan=plan, person=person_of(host))


def table_of(case: Case) -> Workflow:
    """Return the table by which a record moves: that of its year, or of its place where it belongs to no year."""
    cycle = getattr(case, "cycle", None)
    policy = policy_for(cycle) if cycle is not None else current_policy(case.place)
    return policy.workflows[WORKFLOWS[type(case).__name__]]


def kinds() -> dict[str, type[Case]]:
    """Return every kind of record that moves by a table."""
    return {one.__name__: one for one in apps.get_models() if issubclass(one, Case)}


@cache
def pages_of(model: type[Case]) -> list[Address]:
    """Return the pages of one record of this kind: what it says, and its forms."""
    return [
        one
        for one in addresses()
        if one.access.record is not None
        and one.parameters == ["pk"]
        and "GET" in one.access.methods
        and "." not in one.route
        and _model_of(one) is model
    ]


@cache
def _model_of(address: Address) -> type[Any]:
    found: type[Any] = address.access.record(person_of(Appointment.objects.order_by("pk")[0])).model
    return found


@dataclass(frozen=True)
class Form:
    """A form of a record's page as one person has it open."""

    screen: Screen
    node: Node
    button: Node
    visitor: Visitor

    @property
    def name(self) -> str:
        """The address it is sent to, and the action."""
        action = f" {self.button.at.get('value', '')}" if self.button.at.get("name") else ""
        return resolve(self.to).view_name + action

    @property
    def to(self) -> str:
        """The path it is sent to."""
        return urljoin(self.screen.url, self.node.at.get("action") or self.screen.url).partition("?")[0]

    @property
    def mark(self) -> str:
        """What it says of the state it showed; "" when it says nothing."""
        return next((one.at["name"] for one in self.node.every("input") if one.at.get("name") in MARKS), "")

    @property
    def typed(self) -> bool:
        """Whether there are boxes for words that were empty, so that something is typed into them."""
        return TYPED in dict(self.values()).values()

    def node_has(self, name: str) -> bool:
        """Whether the form sends a field of this name."""
        return any(one.at.get("name") == name for one in self.node.every("input"))

    def values(self) -> list[tuple[str, Any]]:
        """What is sent: as it stands, with words in each empty box for words."""
        empty = {
            one.at["name"]: TYPED
            for one in self.node.every("textarea")
            if not one.raw.strip() and one.at.get("name") and "disabled" not in one.at
        }
        sent = [(name, empty.get(name, value)) for name, value in self.screen.values(self.node, {})]
        pressed = self.button
        return sent + ([(pressed.at["name"], pressed.at.get("value", ""))] if pressed.at.get("name") else [])

    def send(self) -> Any:
        """Send it without following where the answer leads."""
        many: dict[str, list[Any]] = {}
        for name, value in self.values():
            many.setdefault(name, []).append(value)
        return self.visitor.client.post(self.to, many, headers={"Referer": f"http://testserver{self.screen.url}"})


def forms_of(case: Case, person: Person, visitor: Visitor) -> Iterator[Form]:
    """Yield every form on the pages of a record that this person may open."""
    for address in pages_of(type(case)):
        row = address.access.record(person).filter(pk=case.pk).first()
        if row is None or (address.access.may is not None and not address.access.may(person, row)):
            continue
        screen = Screen(visitor, address.at(case.pk), visitor.client.get(address.at(case.pk)))
        if screen.status != HTTPStatus.OK:
            continue
        for form in screen.main.every("form"):
            if form.at.get("method", "get").lower() != "post":
                continue
            for button in (one for one in form.every("button") if one.at.get("type", "submit") == "submit"):
                yield Form(screen, form, button, visitor)


def people_of(case: Case, roles: Sequence[str]) -> Iterator[Person]:
    """Yield for each role the people who see the record, at most two: who acted before may not act again."""
    for role in roles:
        held = Appointment.objects.filter(organisation__place_id=case.place_id, role=role)
        seen = 0
        for one in held.select_related("user", "organisation__place").order_by("pk"):
            person = person_of(one)
            rows = pages_of(type(case))[0].access.record(person)
            if seen < 2 and rows.filter(pk=case.pk).exists():
                seen += 1
                yield person


def seated(person: Person, case: Case) -> Visitor:
    """Seat a person at a browser, the record's year chosen."""
    return Visitor(person, getattr(case, "cycle", None))


def written() -> tuple[int, int]:
    """Return how much has been written: entries of the chain, signatures."""
    return Entry.objects.count(), Signature.objects.count()


def test_every_kind_of_record_has_its_table() -> None:
    assert set(kinds()) == set(WORKFLOWS)


UNMARKED = {
    # Each adds a file, an answer or a line of its own and changes nothing that stands.
    "appraisal:attach",
    "appraisal:joint_call",
    "appraisal:panel_new",
    "evaluation:attach",
    "evaluation:experts_appoint",
    "evaluation:experts_draw",
    "evaluation:expert_opinion",
    "evaluation:field_record",
    "evaluation:joint_answer",
    "evaluation:joint_find",
    "evaluation:joint_propose",
    "evaluation:joint_take",
    "evaluation:material_ask",
    "evaluation:scheme_begin",
    "evaluation:self_attach",
    "evaluation:self_take_back",
    "goals:session_agenda",
    "goals:session_party",
    "goals:session_say",
    "monitoring:follow",
    # Only reads the file; what would be written is asked for on the page after it, with what was seen.
    "evaluation:self_upload",
    "goals:upload",
}
"""Forms that need not say what their page showed, with the reason."""


@dataclass
class Tried:
    """What came of sending forms, by kind of record: what was wrong, which steps and forms were reached."""

    wrong: list[str]
    stale: set[str]
    twice: set[str]


@pytest.mark.parametrize("kind", WORKFLOWS)
def test_whoever_is_second_is_told_and_loses_nothing(places: None, kind: str) -> None:
    """Each form at each state, sent from a page that somebody else has overtaken."""
    model, tried = kinds()[kind], Tried([], set(), set())
    records = list(model._default_manager.order_by("pk"))
    assert records, f"no {kind} in any of the places"
    table = table_of(records[0])
    for state in table.states:
        roles = sorted({role for step in table.steps if step.from_state == state for role in step.by})
        own = next((one for one in records if one.state == state), None)
        case = own or records[0]
        with transaction.atomic():
            model._default_manager.filter(pk=case.pk).update(state=state)
            case.refresh_from_db()
            for person in people_of(case, roles):
                for form in forms_of(case, person, seated(person, case)):
                    overtake(form, case, tried)
                    if own is not None:
                        send_twice(form, tried)
            transaction.set_rollback(True)
    assert not tried.wrong, "\n".join(tried.wrong)
    assert tried.stale, f"no form of {kind} was ever overtaken"


def overtake(form: Form, case: Case, tried: Tried) -> None:
    """Let somebody else write every part of the record, then send what the page held."""
    model = type(case)
    with transaction.atomic():
        counters = [one.name for one in model._meta.get_fields() if one.name.endswith("version")]
        others = {name: F(name) + 1 for name in counters if name != "rules_version"}
        model._default_manager.filter(pk=case.pk).update(**others)
        if form.node_has("seen") and isinstance(case, Evaluation):
            Evaluation.objects.filter(pk=case.pk).update(basis={"methods": ["另一种方法"]})
        if form.node_has("seen") and isinstance(case, Goal):  # what a project says of its policy is none of its content
            PolicyLink.objects.update_or_create(subject_year=case.subject_year, defaults={"policy": case.subject_year})
        before = written()
        answer = form.send()
        told = answer.content.decode() if answer.get("Content-Type", "").startswith("text/html") else ""
        where = f"{form.name} at {case.state}: {answer.status_code}"
        if not form.mark:
            if form.name.split()[0] not in UNMARKED:
                tried.wrong.append(f"{where}, and the form does not say what its page showed")
        elif answer.status_code not in TOLD or written() != before:
            tried.wrong.append(f"{where}, written {written() != before}")
        elif answer.status_code == HTTPStatus.CONFLICT:
            tried.stale.add(form.name)
            if "不是最新情况" not in told:
                tried.wrong.append(f"{where}, in no plain words")
            if form.typed and TYPED not in told:
                tried.wrong.append(f"{where}, what was typed is lost")
        transaction.set_rollback(True)


def send_twice(form: Form, tried: Tried) -> None:
    """Send a form two times, as a double click without scripts does: the second has no effect and is answered."""
    with transaction.atomic():
        if form.send().status_code in {HTTPStatus.FOUND, HTTPStatus.NO_CONTENT} and form.mark == "version":
            before = written()
            again = form.send().status_code
            tried.twice.add(form.name)
            if again != HTTPStatus.CONFLICT or written() != before:
                tried.wrong.append(f"{form.name} sent twice: {again}, written {written() != before}")
        transaction.set_rollback(True)


REACHED = {
    "assessment:fact_new", "bodies:lead", "cycles:event_record", "cycles:extend", "duties:write", "evaluation:evaluator_draw_aside",
    "evaluation:self_start", "experts:enter", "experts:leave", "goals:key_strike", "monitoring:situation_begin", "people:disable",
    "people:end", "plans:take_up", "results:allocation_begin", "results:feedback_receive", "results:issue", "rulebooks:specialist",
    "subjects:change", "subjects:register", "subjects:warrant_write",
}  # fmt: skip
"""Forms that go through with whatever is put into their empty boxes; of others a test of their own knows what to fill in."""


def loose_pages() -> list[Address]:
    """Return the pages with forms that belong to no record that moves by a table: registers, lists, decisions filed."""
    return [
        one
        for one in addresses()
        if not one.access.public
        and one.parameters in (["pk"], [])
        and "GET" in one.access.methods
        and "." not in one.route
        and one.name.rpartition(":")[2] not in {"download", "export", "file"}
        and (one.access.record is None or not issubclass(_model_of(one), Case))
    ]


def one_for_each_role() -> list[Person]:
    """Return of each place one person for each role."""
    held = Appointment.objects.select_related("user", "organisation__place").order_by("pk")
    found = {(one.organisation.place_id, one.role): one for one in reversed(held)}
    return [person_of(one) for one in found.values()]


def newest_year(person: Person) -> Cycle | None:
    """Return the newest open year of the person's place."""
    return Cycle.objects.filter(place_id=person.place_id, state="open").order_by("-budget_year").first()


def opened_by(address: Address, people: Sequence[Person]) -> Iterator[Screen]:
    """Yield a page as it opens to the first two roles that may, each with another record where there are some."""
    opened: set[Any] = set()
    for person in people:
        rows: list[Any] = [None]
        if address.access.record is not None:
            rows = list(address.access.record(person).order_by("-pk")[:20])
        may = address.access.may
        fit = [row for row in rows if may is None or (may(person, row) if row is not None else may(person))]
        row = next((one for one in fit if one is None or one.pk not in opened), None)
        if not fit or (row is None and address.access.record is not None):
            continue
        opened.add(person.role if row is None else row.pk)
        visitor = Visitor(person, getattr(row, "cycle", None) or newest_year(person))
        url = address.at(None if row is None else row.pk)
        screen = Screen(visitor, url, visitor.client.get(url))
        if screen.status == HTTPStatus.OK:
            yield screen
        if len(opened) == 2:
            return


def filled(form: Form) -> dict[str, list[Any]]:
    """Return what is sent of a form with something in every box that was empty."""
    fill: dict[str, Any] = {}
    for one in form.node.every("input", "select"):
        name, kind = one.at.get("name", ""), one.at.get("type", "text") if one.tag == "input" else "select"
        if not name or "disabled" in one.at or one.at.get("value"):
            continue
        if kind == "select":
            options = list(one.every("option"))
            if not any("selected" in each.at and each.at.get("value") for each in options):
                fill[name] = next((each.at["value"] for each in options if each.at.get("value")), "")
        elif kind in {"text", "number", "date"}:
            numeric = kind == "number" or one.at.get("inputmode") in {"decimal", "numeric"}
            fill[name] = "1" if numeric else "2023-06-01" if kind == "date" else TYPED[:6]
    told: dict[str, list[Any]] = {}
    for name, value in form.values():
        told.setdefault(name, []).append(fill.get(name, value) if value == "" else value)
    return told


def test_a_form_of_no_table_pressed_twice_is_done_once(places: None) -> None:
    """Whatever of these forms goes through does nothing more when it is sent again as it stands."""
    people, wrong, through = one_for_each_role(), [], set()
    pages = loose_pages()
    tried = tried_here(pages, 0)
    for screen in (screen for one in tried for screen in opened_by(one, people)):
        for form in forms_on(screen):
            with transaction.atomic():
                told, before = filled(form), written()
                first, done = form.visitor.client.post(form.to, told), written()
                if first.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
                    wrong.append(f"{form.name}: {first.status_code}")
                elif first.status_code in {HTTPStatus.FOUND, HTTPStatus.NO_CONTENT} and done != before:
                    through.add(form.name)
                    again = form.visitor.client.post(form.to, told)
                    if written() != done:
                        wrong.append(f"{form.name} by {form.visitor.person.role} does it again: {again.status_code}")
                transaction.set_rollback(True)
    assert not wrong, "\n".join(sorted(wrong))
    assert len(tried) < len(pages) or through >= REACHED, f"no longer through: {sorted(REACHED - through)}"


def forms_on(screen: Screen) -> Iterator[Form]:
    """Yield each button of each form on a page that writes."""
    for node in screen.main.every("form"):
        if node.at.get("method", "get").lower() == "post":
            for button in (one for one in node.every("button") if one.at.get("type", "submit") == "submit"):
                yield Form(screen, node, button, screen.visitor)
